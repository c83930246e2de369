import { expect, it } from "vitest";

import { menuPlace } from "./menuPlace";

const room = { width: 400, height: 600 };
const menu = { width: 160, height: 200 };
const button = (left: number, top: number) => ({ left, top, right: left + 80, bottom: top + 30 });

it("opens below its button, at either of its sides", () => {
  expect(menuPlace(button(200, 100), menu, room, "start")).toEqual({ left: 200, top: 136 });
  expect(menuPlace(button(200, 100), menu, room, "end")).toEqual({ left: 120, top: 136 });
});

it("opens above where it would not fit below", () => {
  expect(menuPlace(button(200, 500), menu, room, "end").top).toBe(294);
});

it("stays within the window, whatever the button", () => {
  expect(menuPlace(button(0, 100), menu, room, "end").left).toBe(8);
  expect(menuPlace(button(390, 100), menu, room, "start").left).toBe(232);
  const low = { width: 400, height: 220 };
  expect(menuPlace(button(0, 100), menu, low, "end").top).toBe(12);
  expect(menuPlace(button(0, 100), { width: 900, height: 900 }, low, "end")).toEqual({ left: 8, top: 8 });
});
