// Room on a map, in pixels: a place for each name where it covers no circle and no other name, and for each ring of
// works a place beside the circles, so that no ring hides the sign of a zone.

const GAP = 3;
const RING_REACH = 6;
const TURN = Math.PI / 6;

function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function circleBox({ x, y, reach }) {
  return { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
}

function boxAt(left, top, { width, height }) {
  return { left, top, right: left + width, bottom: top + height };
}

// The places of a name about its circle, the best first.
function spotsAround({ x, y, reach }, size) {
  const { width, height } = size;
  return [
    boxAt(x - width / 2, y + reach + GAP, size),
    boxAt(x + reach + GAP, y - height / 2, size),
    boxAt(x - reach - GAP - width, y - height / 2, size),
    boxAt(x - width / 2, y - reach - GAP - height, size),
  ];
}

// Larger circles speak first. Each gets its whole name, else its number, else nothing: {box, said: 0 | 1} or null.
// `sizes` of a circle are those of its name and of its number.
export function placeNames(circles, frame) {
  const boxes = circles.map(circleBox);
  const taken = [];
  return circles.map((circle, own) => {
    const free = (box) => box.left >= 0 && box.top >= 0 && box.right <= frame.width && box.bottom <= frame.height
      && !taken.some((other) => meet(box, other)) && !boxes.some((other, index) => index !== own && meet(box, other));
    for (const [said, size] of circle.sizes.entries()) {
      const box = spotsAround(circle, size).find(free);
      if (box) {
        taken.push(box);
        return { box, said };
      }
    }
    return null;
  });
}

// Names of lands stand at their middle where nothing else does.
export function placeLands(lands, circles, names) {
  const taken = [...circles.map(circleBox), ...names];
  return lands.map(({ x, y, size }) => {
    const box = boxAt(x - size.width / 2, y - size.height / 2, size);
    if (taken.some((other) => meet(box, other))) return null;
    taken.push(box);
    return box;
  });
}

// A ring that lies on a circle goes to its edge, the shortest way; where a ring or a circle is already, round the edge.
export function placeRings(points, circles) {
  const placed = [];
  const clear = ({ x, y }) => circles.every((circle) => Math.hypot(x - circle.x, y - circle.y) >= circle.reach + RING_REACH - 0.01)
    && placed.every((other) => Math.hypot(x - other.x, y - other.y) >= 2 * RING_REACH);
  for (const point of points) {
    const circle = circles.find(({ x, y, reach }) => Math.hypot(point.x - x, point.y - y) < reach + RING_REACH);
    placed.push(circle ? besideCircle(point, circle, clear) : point);
  }
  return placed;
}

function besideCircle(point, circle, clear) {
  const straight = Math.atan2(point.y - circle.y, point.x - circle.x);
  const away = circle.reach + RING_REACH;
  const around = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6].map((turns) => straight + turns * TURN)
    .map((angle) => ({ x: circle.x + away * Math.cos(angle), y: circle.y + away * Math.sin(angle) }));
  return around.find(clear) ?? around[0];
}
