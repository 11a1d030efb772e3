import type { Page } from "playwright-core";

/** Fields that need no entry of the glossary, each with the reason. */
const needsNone: Readonly<Record<string, string>> = {
  Name: "what somebody or something is called",
  "Name (required)": "its hint gives an example",
  "Name of this batch update (optional)": "its hint gives an example",
  "Save the choices below as": "what a preset is stands beside the list of presets",
  Email: "an everyday word",
  "Time zone": "its hint says what it decides, and gives an example",
  "What is in the file": "its choices are patrons and titles",
  "What to export": "its choices are patrons and titles",
  Format: "the page says what may be in a file, and offers templates",
  File: "its hint says which",
  "What should happen?": "each choice says what it does",
  "How do you want to choose them?": "its choices are everyday words",
  "Patron IDs": "its hint says how they are written",
  "Or a file of IDs": "its hint says which",
  "Note for the administrators (optional)": "its form says who reads it, its hint what to write",
  "Save these conditions as": "what a saved query is stands beside the list of them",
};

/**
 * Names of the fields on the page, a group of them counted as one, that have no help beside them though somebody new may
 * ask: a label's or legend's own words, without what is there for the ear. Throws where there is no field.
 *
 * @param form what holds the fields
 */
export async function fieldsWithoutHelp(page: Page, form = "main form"): Promise<string[]> {
  const fields = await page.evaluate((within) => {
    const one = `${within} .usa-form-group, ${within} fieldset, ${within} .always`;
    return [...document.querySelectorAll<HTMLElement>(one)]
      .filter((it) => it.parentElement?.closest(one) === null && it.offsetParent !== null)
      .map((it) => ({
        name: it.querySelector("label, legend")?.firstChild?.textContent?.trim() ?? "",
        hasHelp: it.querySelector(".help") !== null,
      }));
  }, form);
  if (fields.length === 0) throw new Error(`No field on ${page.url()}`);
  return fields.filter(({ name, hasHelp }) => !hasHelp && !Object.hasOwn(needsNone, name)).map(({ name }) => name);
}
