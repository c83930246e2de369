"use strict";
// Draws the figures of a saved comparison, for the reader's theme and the width there is.
(function () {
  const { shared, figures } = JSON.parse(document.getElementById("figures").textContent);
  const config = {
    displaylogo: false,
    displayModeBar: "hover",
    plotlyServerURL: "",
    showSendToCloud: false,
    responsive: false,
  };
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const select = document.getElementById("theme");
  const KEY = "feedback-atlas-theme";

  // A file opened from disk may have no storage.
  function stored() {
    try {
      return window.localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function store(theme) {
    try {
      window.localStorage.setItem(KEY, theme);
    } catch {
      // Then the choice lasts as long as the page.
    }
  }

  /** A figure with what it shares with others put back; a new copy, since plotly.js writes in it. */
  function whole(node) {
    if (Array.isArray(node)) {
      return node.map(whole);
    }
    if (node === null || typeof node !== "object") {
      return node;
    }
    if ("$" in node) {
      return structuredClone(shared[node.$]);
    }
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, whole(value)]));
  }

  function themeInForce() {
    return select.value === "system" ? (system.matches ? "dark" : "light") : select.value;
  }

  function widthOf(element) {
    return element.clientWidth >= 800 ? "wide" : element.clientWidth >= 480 ? "medium" : "narrow";
  }

  const drawn = new Map();

  function draw() {
    const theme = themeInForce();
    document.documentElement.setAttribute("data-theme", theme);
    for (const element of document.querySelectorAll("[data-figure]")) {
      const name = element.getAttribute("data-figure");
      const width = widthOf(element);
      const look = `${theme} ${width} ${element.clientWidth}`;
      if (drawn.get(name) === look) {
        continue;
      }
      drawn.set(name, look);
      const { data, layout } = whole(figures[name][theme][width]);
      window.Plotly.react(element, data, { ...layout, autosize: true }, config);
    }
  }

  let waiting;
  select.value = stored() ?? "system";
  select.addEventListener("change", () => {
    store(select.value);
    draw();
  });
  system.addEventListener("change", draw);
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 150);
  });
  draw();
})();
