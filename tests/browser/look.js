// What the browser tests ask of a page. Put into each page after it has loaded.
globalThis.look = {
  // Everything that axe finds against the accessibility guidelines, in readable lines.
  async violations() {
    const found = await axe.run(document, {
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      rules: { "target-size": { enabled: true } },
    });
    return found.violations.map((rule) => {
      const nodes = rule.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`);
      return `${rule.id} ×${rule.nodes.length}: ${nodes.join(" | ")}`;
    });
  },

  // Controls that are less than 24 px high or wide. A link inside a line of text may be as high as its line.
  smallControls() {
    const kinds = "button, input, select, textarea, summary, a.btn, a.item, [role=button]";
    return [...document.querySelectorAll(kinds)]
      .filter((control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .map((control) => ({ control, box: (control.closest(".chip, .drop") ?? control).getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < 23.95)
      .map(({ control, box }) => `${control.outerHTML.slice(0, 120)} ${box.width}×${box.height}`);
  },

  overflow() {
    return document.documentElement.scrollWidth - innerWidth;
  },

  // What sticks out to the right, to find the cause of an overflow.
  wide() {
    return [...document.querySelectorAll("body *")]
      .filter((part) => part.getBoundingClientRect().right > innerWidth + 0.5 && part.checkVisibility())
      .filter((part) => !part.closest(".scroll, pre, svg, .rings, .maplibregl-map"))
      .slice(0, 5)
      .map((part) => `${part.tagName}.${part.className} ${Math.round(part.getBoundingClientRect().right)}`);
  },

  // Text that runs out of a box which hides what runs out of it.
  clipped() {
    const hides = (box) => ["hidden", "clip"].includes(getComputedStyle(box).overflowX) && box.clientWidth > 1;
    return [...document.querySelectorAll("main *")]
      .filter((box) => !box.matches("svg, svg *") && box.checkVisibility() && hides(box))
      .flatMap((box) => {
        const edge = box.getBoundingClientRect().right + 0.5;
        return [...box.querySelectorAll("p, dd, dt, td, th, h1, h2, h3, small, b, span")]
          .filter((text) => text.checkVisibility() && !text.closest("svg, .scroll, .maplibregl-map, [aria-hidden=true]"))
          .filter((text) => text.innerText && text.getBoundingClientRect().right > edge)
          .map((text) => `${box.className} cuts “${text.innerText.slice(0, 60)}”`);
      });
  },

  // Where the keyboard is, whether a ring shows it, and whether it is in view.
  focus() {
    const at = document.activeElement;
    const box = at.getBoundingClientRect();
    const rings = [at, at.closest("label, .drop") ?? at].map((part) => getComputedStyle(part));
    const ring = rings.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    return {
      what: at.outerHTML.slice(0, 120),
      ring: at.matches(":focus-visible") && ring,
      inside: box.bottom > 0 && box.top < innerHeight,
    };
  },
};
