import { callers } from "./callers.ts";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const safe = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

/** Served as a file of its own, so that the pages need no inline style. */
export const stylesheet = `
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1.5rem; max-width: 32rem; }
h1 { font-size: 1.75rem; line-height: 1.2; }
label { display: block; font-weight: bold; margin-top: 1.25rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: 0.5rem; border: 2px solid currentColor; border-radius: 0.25rem; }
input[aria-invalid="true"] { border-width: 4px; }
button { font: inherit; font-weight: bold; margin-top: 1.5rem; padding: 0.75rem 1.5rem; border: 2px solid #005ea2; border-radius: 0.25rem; background: #005ea2; color: #fff; cursor: pointer; }
:focus-visible { outline: 4px solid #2491ff; outline-offset: 2px; }
.errors { border: 4px solid currentColor; padding: 0 1rem; }
.error { display: block; font-weight: bold; margin-bottom: 0.5rem; }
.hint { display: block; }
code { font-size: 1em; }
`;

/** Ends the session without a further press where scripts run; the button does where they do not. */
export const signOutScript = `document.querySelector("form").requestSubmit(document.querySelector("button"));\n`;

function page(base: string, title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(title)} – Batch Update Patron Profiles</title>
<link rel="stylesheet" href="${base}/pages.css">
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

interface Field {
  readonly id: string;
  readonly label: string;
  /** What the browser is told of it, such as its type. */
  readonly attributes: string;
  readonly hint?: string;
}

/** What was wrong, by field; nothing at the first showing. */
export type Mistakes = Readonly<Record<string, string>>;

interface FormPage {
  readonly title: string;
  /** What the list of mistakes is headed by. */
  readonly refused: string;
  readonly fields: readonly [Field, ...Field[]];
  readonly send: string;
  readonly before?: string;
  readonly after?: string;
}

function field({ id, label, attributes, hint }: Field, mistakes: Mistakes, hasFocus: boolean): string {
  const mistake = mistakes[id];
  const described = [...(hint === undefined ? [] : [`${id}-hint`]), ...(mistake === undefined ? [] : [`${id}-error`])];
  const tied = [
    ...(mistake === undefined ? [] : ['aria-invalid="true"']),
    ...(described.length === 0 ? [] : [`aria-describedby="${described.join(" ")}"`]),
  ];
  const lines = [
    `<label for="${id}">${label}</label>`,
    ...(hint === undefined ? [] : [`<span class="hint" id="${id}-hint">${safe(hint)}</span>`]),
    ...(mistake === undefined ? [] : [`<span class="error" id="${id}-error">Error: ${safe(mistake)}</span>`]),
    `<input id="${id}" name="${id}" required autocapitalize="none" spellcheck="false"${tied.map((it) => ` ${it}`).join("")} ${attributes}${hasFocus ? " autofocus" : ""}>`,
  ];
  return lines.join("\n");
}

/** The first field with a mistake, or else the first, has the focus when the page opens. */
function formPage(base: string, { title, refused, fields, send, before, after }: FormPage, mistakes: Mistakes): string {
  const wrong = fields.filter(({ id }) => mistakes[id] !== undefined);
  const focus = wrong[0] ?? fields[0];
  const summary =
    wrong.length === 0
      ? ""
      : `<div class="errors" role="alert">
<h2>${safe(refused)}</h2>
<ul>${wrong.map(({ id }) => `<li><a href="#${id}">${safe(mistakes[id] ?? "")}</a></li>`).join("")}</ul>
</div>
`;
  return page(
    base,
    wrong.length === 0 ? title : `Error: ${title}`,
    `<h1>${safe(title)}</h1>
${before === undefined ? "" : `${before}\n`}${summary}<form method="post" novalidate>
${fields.map((one) => field(one, mistakes, one === focus)).join("\n")}
<button type="submit">${safe(send)}</button>
</form>${after === undefined ? "" : `\n${after}`}`,
  );
}

const nameField = (id: string, label: string, value: string): Field => ({
  id,
  label,
  attributes: `type="text" autocomplete="username" value="${safe(value)}"`,
});

export function signInPage(base: string, { name, errors }: { name: string; errors: Mistakes }): string {
  const password = { id: "password", label: "Password", attributes: `type="password" autocomplete="current-password"` };
  return formPage(
    base,
    {
      title: "Sign in",
      refused: "You are not signed in",
      fields: [nameField("name", "Name or email address", name), password],
      send: "Sign in",
      after: `<p><a href="${base}/forgotten">Forgot your password?</a></p>
<h2>On this machine</h2>
<p>The password is <code>local</code> for each of these names:</p>
<ul>${callers.map((caller) => `<li><code>${safe(caller.name)}</code></li>`).join("")}</ul>`,
    },
    errors,
  );
}

/** Where an invitation, or the link for a forgotten password, leads to. */
export function choosePasswordPage(base: string, email: string, mistakes: Mistakes): string {
  return formPage(
    base,
    {
      title: "Choose a password",
      refused: "Your password is not set",
      before: `<p>You sign in as <strong>${safe(email)}</strong>.</p>`,
      fields: [
        {
          id: "password",
          label: "New password",
          attributes: `type="password" autocomplete="new-password"`,
          hint: "At least 12 characters, with a lowercase letter, a capital letter, a digit, and a symbol.",
        },
        { id: "again", label: "New password again", attributes: `type="password" autocomplete="new-password"` },
      ],
      send: "Set the password",
    },
    mistakes,
  );
}

export function forgottenPage(base: string, name: string, mistakes: Mistakes): string {
  return formPage(
    base,
    {
      title: "Forgot your password?",
      refused: "Nothing was sent",
      before: "<p>You get a link by which you choose another one.</p>",
      fields: [nameField("name", "Email address", name)],
      send: "Send the link",
    },
    mistakes,
  );
}

/** @param form the issuer's form with what it needs to know the request again, whose id is op.logoutForm */
export function signOutPage(base: string, form: string): string {
  return page(
    base,
    "Sign out",
    `<h1>Sign out</h1>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<script src="${base}/sign-out.js" defer></script>`,
  );
}

export function messagePage(base: string, title: string, message: string, origin: string): string {
  return page(
    base,
    title,
    `<h1>${safe(title)}</h1>
<p>${safe(message)}</p>
<p><a href="${safe(origin)}/">Go to Batch Update Patron Profiles</a></p>`,
  );
}
