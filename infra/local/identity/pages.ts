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
.error { display: block; font-weight: bold; }
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

interface SignInState {
  name: string;
  errors: { name?: string; password?: string };
}

function field(id: "name" | "password", label: string, attributes: string, { errors }: SignInState): string {
  const error = errors[id];
  const invalid = error === undefined ? "" : ` aria-invalid="true" aria-describedby="${id}-error"`;
  const message = error === undefined ? "" : `\n<span class="error" id="${id}-error">Error: ${safe(error)}</span>`;
  return `<label for="${id}">${label}</label>${message}
<input id="${id}" name="${id}" required autocapitalize="none" spellcheck="false"${invalid} ${attributes}>`;
}

/** The first field with an error, or else the first, has the focus when the page opens. */
export function signInPage(base: string, state: SignInState): string {
  const { errors } = state;
  const wrong = (["name", "password"] as const).filter((id) => errors[id] !== undefined);
  const focus = wrong[0] ?? "name";
  const at = (id: string) => (id === focus ? "autofocus" : "");
  const summary =
    wrong.length === 0
      ? ""
      : `<div class="errors" role="alert">
<h2>You are not signed in</h2>
<ul>${wrong.map((id) => `<li><a href="#${id}">${safe(errors[id] ?? "")}</a></li>`).join("")}</ul>
</div>
`;
  return page(
    base,
    wrong.length === 0 ? "Sign in" : "Error: Sign in",
    `<h1>Sign in</h1>
${summary}<form method="post" novalidate>
${field("name", "Name", `type="text" autocomplete="username" value="${safe(state.name)}" ${at("name")}`, state)}
${field("password", "Password", `type="password" autocomplete="current-password" ${at("password")}`, state)}
<button type="submit">Sign in</button>
</form>
<h2>On this machine</h2>
<p>The password is <code>local</code> for each of these names:</p>
<ul>${callers.map(({ name }) => `<li><code>${safe(name)}</code></li>`).join("")}</ul>`,
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
