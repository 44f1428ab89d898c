//go:build litewitness

// Named here so that go.mod and go.sum pin what the public witness is built from.
package main

import _ "filippo.io/torchwood/cmd/litewitness"
