import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import ts from "typescript";
import { expect, test } from "vitest";

// Each knows only those before it.
const LAYERS = ["lib", "api", "ui", "figures", "features", "app"];

// Who imports a part of another feature, and why it is there.
const BETWEEN_FEATURES: Record<string, string> = {
  "answers -> paper": "the look of a section",
  "compare -> sharing": "the button that shares what is compared",
  "experiments -> experiment": "what can be done with one experiment",
  "paper -> compare": "its tests read the address that leads to a comparison",
  "sharing -> compare": "a shared comparison has the same panels",
  "system -> access": "tokens and the audit stand on the system page",
  "system -> sharing": "so does the list of links",
};

const MOST_MODULES = 20;
const MOST_LINES = 350;
const ROOT = resolve("src");

interface Module {
  path: string;
  text: string;
  isTest: boolean;
  /** What it imports of the page, styles included, as paths below `src`. */
  imports: string[];
}

function read(path: string): Module {
  const text = readFileSync(join(ROOT, path), "utf8");
  const imports = ts
    .preProcessFile(text, true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => relative(ROOT, resolve(ROOT, dirname(path), fileName)));
  return { path, text, imports, isTest: /\.test\.tsx?$/.test(path) };
}

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((path) =>
  statSync(join(ROOT, path)).isFile(),
);
const modules = files.filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts")).map(read);
const part = (path: string, depth: number) => path.split("/")[depth] ?? "";

function passesOn({ path, text }: Module): boolean {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return statements.every((one) => ts.isImportDeclaration(one) || ts.isExportDeclaration(one));
}

test("every file lies in a layer", () => {
  const places = new Set(files.map((path) => part(path, 0)));
  expect([...places].toSorted()).toEqual([...LAYERS, "testing", "walls.test.ts"].toSorted());
});

test("a layer knows only those before it, and only tests know what is for tests", () => {
  const upward = modules.flatMap(({ path, imports, isTest }) =>
    imports
      .filter((imported) => {
        const [from, to] = [part(path, 0), part(imported, 0)];
        return to === "testing"
          ? !isTest && from !== "testing"
          : from !== "testing" && LAYERS.indexOf(to) > LAYERS.indexOf(from);
      })
      .map((imported) => `${path} imports ${imported}`),
  );
  expect(upward).toEqual([]);
});

test("features import each other only where this file says why", () => {
  const found = modules.flatMap(({ path, imports }) =>
    imports
      .filter((imported) => part(path, 0) === "features" && part(imported, 0) === "features")
      .map((imported) => [part(path, 1), part(imported, 1)])
      .filter(([from, to]) => from !== to)
      .map((pair) => pair.join(" -> ")),
  );
  expect([...new Set(found)].toSorted()).toEqual(Object.keys(BETWEEN_FEATURES));
});

test("a folder can be looked over", () => {
  const counts = new Map<string, number>();
  for (const { path, isTest } of modules) {
    if (!isTest) {
      counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    }
  }
  expect([...counts].filter(([, count]) => count > MOST_MODULES)).toEqual([]);
});

test("a module can be read at once", () => {
  const long = modules.map(({ path, text }) => ({ path, lines: text.split("\n").length }));
  expect(long.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
});

test("no module only passes on", () => {
  expect(modules.filter(passesOn).map(({ path }) => path)).toEqual([]);
});

test("every import of the page is found", () => {
  const known = new Set(files.flatMap((path) => [path, path.replace(/(\.d)?\.tsx?$/, "")]));
  const lost = modules.flatMap(({ imports }) => imports.filter((path) => !known.has(path)));
  expect(lost).toEqual([]);
  expect(modules.length).toBeGreaterThan(200);
});
