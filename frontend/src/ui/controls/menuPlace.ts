export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Size {
  width: number;
  height: number;
}

const GAP = 6;
const EDGE = 8;

/** Where a menu opens: below its button, above it where there is more room, and always within the window. */
export function menuPlace(button: Box, menu: Size, room: Size, align: "start" | "end"): { left: number; top: number } {
  const wanted = align === "start" ? button.left : button.right - menu.width;
  const below = button.bottom + GAP;
  const above = button.top - GAP - menu.height;
  const fitsBelow = below + menu.height <= room.height - EDGE;
  const top = fitsBelow || above < EDGE ? Math.min(below, room.height - EDGE - menu.height) : above;
  return {
    left: Math.max(EDGE, Math.min(wanted, room.width - EDGE - menu.width)),
    top: Math.max(EDGE, top),
  };
}
