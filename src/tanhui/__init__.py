"""Tanhui 碳汇: a tonne of carbon sink, followable from the tree that was measured to the meeting that used it up."""
