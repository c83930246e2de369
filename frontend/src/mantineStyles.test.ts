// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from "node:fs";

import { expect, it } from "vitest";

const MANTINE = "node_modules/@mantine/core";

function filesIn(folder: string, end: RegExp): string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => end.test(name))
        .map((name) => `${folder}/${name}`)
    : [];
}

/** Components that the page imports, and those that these are made of. */
function used(): Set<string> {
  const found = new Set<string>();
  const waiting = filesIn("src", /\.tsx?$/).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)].flatMap(([, names = ""]) =>
      names.split(",").map((name) => name.trim()),
    ),
  );
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name) || !/^[A-Z]\w+$/.test(name)) {
      continue;
    }
    found.add(name);
    for (const file of ["components", "utils"].flatMap((part) => filesIn(`${MANTINE}/esm/${part}/${name}`, /\.mjs$/))) {
      for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
        waiting.push(...[...path.matchAll(/(?<=\/)([A-Z]\w+)(?=\/)/g)].map((match) => match[0]));
      }
    }
  }
  return found;
}

it("imports the styles of every component that is used, and of no other", () => {
  const imported = [...readFileSync("src/mantineStyles.ts", "utf8").matchAll(/styles\/([\w-]+)\.css/g)].flatMap(
    ([, name = ""]) => name,
  );
  const styled = [...used()].filter((name) => existsSync(`${MANTINE}/styles/${name}.css`));
  expect(imported.toSorted()).toEqual(["baseline", "default-css-variables", "global", ...styled].toSorted());
});
