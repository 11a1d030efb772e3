import type { Page } from "playwright-core";
import { z } from "zod";

const valueSchema = z.object({ value: z.unknown().optional() });
const nodeSchema = z.object({
  role: valueSchema.optional(),
  name: valueSchema.optional(),
  description: valueSchema.optional(),
  properties: z.array(z.object({ name: z.string(), value: valueSchema })).default([]),
});

/** States that a screen reader says beside role and name. */
const saidStates = ["level", "checked", "expanded", "invalid", "required", "disabled"];

/** What a screen reader is given of the element that has the focus: role, name, states and description, as the browser computes them. */
export async function focusTold(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  try {
    const { result } = await session.send("Runtime.evaluate", { expression: "document.activeElement" });
    if (result.objectId === undefined) return "nothing";
    const { nodes } = await session.send("Accessibility.getPartialAXTree", {
      objectId: result.objectId,
      fetchRelatives: false,
    });
    const { role, name, description, properties } = nodeSchema.parse(nodes[0]);
    const states = properties
      .filter(
        ({ name: state, value }) => saidStates.includes(state) && value.value !== "false" && value.value !== false,
      )
      .map(({ name: state, value: { value } }) =>
        value === true || value === "true" ? state : `${state} ${String(value)}`,
      );
    const words = [`${role?.value ?? "unknown"}, “${shown(name?.value)}”`, ...states, shown(description?.value)];
    return words.filter((it) => it !== "").join(", ");
  } finally {
    await session.detach();
  }
}

function shown(text: unknown): string {
  return typeof text === "string" ? text.replaceAll(/\s+/g, " ").trim() : "";
}
