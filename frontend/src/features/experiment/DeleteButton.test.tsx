// @vitest-environment happy-dom
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";

import { makeExperiment, makeRun } from "../../testing/fixtures";
import { DeleteButton } from "./DeleteButton";

// The client takes the browser's fetch when it is made, which is before any line of this file but this one.
const service = vi.hoisted(() => {
  const fetch = vi.fn<typeof globalThis.fetch>();
  globalThis.fetch = fetch;
  return fetch;
});

const REFUSAL = {
  title: "Links still refer to it",
  status: 409,
  detail: "2 links show comparisons of this experiment.",
  errors: [
    { field: "force", message: "“For Ada”, made on 23 November 2026." },
    { field: "force", message: "A link without a label, made on 24 November 2026." },
  ],
};

/** Shows the button; the service answers each request in turn with one of `answers`. Returns what is asked. */
function show(answers: [status: number, body: unknown][]): string[] {
  const asked: string[] = [];
  service.mockImplementation((input) => {
    const request = input as Request;
    asked.push(`${request.method} ${new URL(request.url).pathname}${new URL(request.url).search}`);
    const [status, body] = answers.shift() ?? [500, null];
    return Promise.resolve(
      new Response(body === null ? null : JSON.stringify(body), {
        status,
        headers: { "Content-Type": "application/problem+json" },
      }),
    );
  });
  const router = createMemoryRouter(
    [
      { path: "/", element: <p>All experiments</p> },
      { path: "/experiment", element: <DeleteButton experiment={makeExperiment([makeRun()])} /> },
    ],
    { initialEntries: ["/experiment"] },
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return asked;
}

afterEach(cleanup);

describe("deleting an experiment", () => {
  it("asks once where nothing shows it", async () => {
    const user = userEvent.setup();
    const asked = show([[204, null]]);
    await user.click(screen.getByRole("button", { name: "Delete" }));
    expect(asked).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Delete permanently" }));
    expect(await screen.findByText("All experiments")).toBeTruthy();
    expect(asked).toEqual(["DELETE /api/experiments/experiment?force=false"]);
  });

  it("asks again where links show it, says which and what becomes of them, and forces only then", async () => {
    const user = userEvent.setup();
    const asked = show([
      [409, REFUSAL],
      [204, null],
    ]);
    await user.click(screen.getByRole("button", { name: "Delete" }));
    await user.click(screen.getByRole("button", { name: "Delete permanently" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("“For Ada”, made on 23 November 2026.");
    expect(alert.textContent).toContain("A link without a label");
    expect(alert.textContent).toContain("still see a frozen copy of the same numbers");
    expect(asked).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "Delete, keep the links" }));
    expect(await screen.findByText("All experiments")).toBeTruthy();
    expect(asked[1]).toBe("DELETE /api/experiments/experiment?force=true");
  });

  it("forgets the refusal when it is left, so that forcing is never one click away", async () => {
    const user = userEvent.setup();
    const asked = show([
      [409, REFUSAL],
      [409, REFUSAL],
    ]);
    await user.click(screen.getByRole("button", { name: "Delete" }));
    await user.click(screen.getByRole("button", { name: "Delete permanently" }));
    await screen.findByRole("alert");
    await user.click(screen.getByRole("button", { name: "Keep it" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Delete" }));
    await user.click(await screen.findByRole("button", { name: "Delete permanently" }));
    await screen.findByRole("alert");
    expect(asked).toEqual(Array(2).fill("DELETE /api/experiments/experiment?force=false"));
  });

  it("shows any other refusal as it is", async () => {
    const user = userEvent.setup();
    const asked = show([[409, { title: "Not possible now", status: 409, detail: "1 of its runs still wait." }]]);
    await user.click(screen.getByRole("button", { name: "Delete" }));
    await user.click(screen.getByRole("button", { name: "Delete permanently" }));
    expect((await screen.findByRole("alert")).textContent).toContain("1 of its runs still wait.");
    expect(screen.getByRole("button", { name: "Delete permanently" })).toBeTruthy();
    expect(asked).toHaveLength(1);
  });
});
