import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Directory } from "#infra/local/identity/directory";
import { createPasswordPages, type PasswordPages } from "#infra/local/identity/password-pages";

const day = 24 * 3600_000;
const good = "Correct-horse-7";
let folder: string;
let directory: Directory;
let pages: PasswordPages;
let now: number;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-passwords-"));
  directory = await Directory.open(folder);
  now = Date.parse("2026-11-26T12:00:00Z");
  said = [];
  pages = createPasswordPages({
    base: "/oidc",
    origin: "http://localhost:4000",
    directory,
    now: () => now,
    say: (line) => said.push(line),
  });
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const form = (fields: Record<string, string>) => new URLSearchParams(fields);
const chosen = (password: string, again = password) => form({ password, again });

async function invited(): Promise<string> {
  return `/invitation/${await directory.newLink(await directory.addUser("u1", "ada@piedmont.example"), now)}`;
}

test("an invitation leads to a password once, and the person signs in with it", async () => {
  const path = await invited();
  expect(await pages(path, undefined)).toMatchObject({ status: 200, html: expect.stringContaining("ada@piedmont.") });
  expect(await pages(path, chosen(good))).toMatchObject({ status: 200, html: expect.stringContaining("is set") });
  expect(await pages(path, undefined)).toMatchObject({ status: 410 });
  expect(await pages(path, chosen("Another-horse-8"))).toMatchObject({ status: 410 });
  expect(await directory.signIn("Ada@piedmont.example", good)).toMatchObject({ userName: "u1" });
  expect(await directory.signIn("ada@piedmont.example", "Another-horse-8")).toBeUndefined();
});

test.each([
  ["is empty", chosen(""), "Enter a new password."],
  ["is short", chosen("Short-7"), "at least 12 characters"],
  ["has no digit", chosen("Correct-horse-battery"), "at least 12 characters"],
  ["is not the same the second time", chosen(good, `${good}!`), "The two passwords are not the same."],
])("a password that %s is refused at its field, and the link stays good", async (_, sent, words) => {
  const path = await invited();
  const answer = await pages(path, sent);
  expect(answer).toMatchObject({ status: 422, html: expect.stringContaining(words) });
  expect(answer?.html).toMatch(/aria-invalid="true" aria-describedby="[^"]*(password|again)-error"/);
  expect(answer?.html).not.toContain(good);
  expect(await pages(path, chosen(good))).toMatchObject({ status: 200 });
});

test("a link is good for a week, and until another one is made", async () => {
  const path = await invited();
  now += 7 * day - 1;
  expect(await pages(path, undefined)).toMatchObject({ status: 200 });
  now += 1;
  expect(await pages(path, undefined)).toMatchObject({ status: 410 });
  const user = directory.user("u1");
  if (user === undefined) throw new Error("nobody");
  const [first, second] = [await directory.newLink(user, now), await directory.newLink(user, now)];
  expect(await pages(`/invitation/${first}`, undefined)).toMatchObject({ status: 410 });
  expect(await pages(`/invitation/${second}`, undefined)).toMatchObject({ status: 200 });
});

test("who has forgotten the password gets a link that is told where the product runs, and nobody else does", async () => {
  const path = await invited();
  const answers = [await pages("/forgotten", form({ name: "ada@piedmont.example" }))];
  // Not before the invitation was used.
  expect(said).toEqual([]);
  await pages(path, chosen(good));
  answers.push(await pages("/forgotten", form({ name: " ADA@piedmont.example " })));
  answers.push(await pages("/forgotten", form({ name: "nobody@piedmont.example" })));
  expect(said).toHaveLength(1);
  const [link] = said;
  const [, token] =
    /^A new password for ada@piedmont\.example: http:\/\/localhost:4000\/oidc(\S+)$/.exec(link ?? "") ?? [];
  expect(await pages(token ?? "", chosen("Another-horse-8"))).toMatchObject({ status: 200 });
  expect(await directory.signIn("ada@piedmont.example", good)).toBeUndefined();
  const user = directory.user("u1");
  if (user !== undefined) await directory.enable(user, false);
  answers.push(await pages("/forgotten", form({ name: "ada@piedmont.example" })));
  expect(said).toHaveLength(1);
  // Nobody learns from the answer who can sign in.
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test("an address is asked for, and what is no such page is none", async () => {
  expect(await pages("/forgotten", undefined)).toMatchObject({ status: 200 });
  expect(await pages("/forgotten", form({ name: " " }))).toMatchObject({ status: 422 });
  for (const path of ["/invitation/", "/invitation/a/b", "/invitation", "/forgotten/x"]) {
    expect(await pages(path, undefined)).toBeUndefined();
  }
});
