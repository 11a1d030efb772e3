import { Directory } from "./directory.ts";
import { choosePasswordPage, forgottenPage, type Mistakes, messagePage } from "./pages.ts";

export interface PasswordPagesOptions {
  /** Path under which the pages are, such as `/oidc`. */
  readonly base: string;
  readonly origin: string;
  readonly directory: Directory;
  readonly now: () => number;
  /** Tells what the cloud would send by email. */
  readonly say: (line: string) => void;
}

export interface Page {
  readonly status: number;
  readonly html: string;
}

/** A page for the path below `base`; undefined where it is none of these. The form is what was sent, if anything was. */
export type PasswordPages = (path: string, form: URLSearchParams | undefined) => Promise<Page | undefined>;

/** Where people choose a password: by an invitation, or because they have forgotten theirs. */
export function createPasswordPages({ base, origin, directory, now, say }: PasswordPagesOptions): PasswordPages {
  const gone: Page = {
    status: 410,
    html: messagePage(
      base,
      "This link no longer works",
      "It was already used, is more than a week old, or was replaced by a newer one. Ask for a new one.",
      origin,
    ),
  };

  const choose = async (token: string, form: URLSearchParams | undefined): Promise<Page> => {
    const user = directory.userByLink(token, now());
    if (user === undefined) return gone;
    if (form === undefined) return { status: 200, html: choosePasswordPage(base, user.email, {}) };
    const password = form.get("password") ?? "";
    const mistakes = mistakesOf(password, form.get("again") ?? "");
    if (Object.keys(mistakes).length > 0) {
      return { status: 422, html: choosePasswordPage(base, user.email, mistakes) };
    }
    if ((await directory.takeLink(token, password, now())) === undefined) return gone;
    const sentence = `From now on, sign in with ${user.email} and this password.`;
    return { status: 200, html: messagePage(base, "Your password is set", sentence, origin) };
  };

  const forgotten = async (form: URLSearchParams | undefined): Promise<Page> => {
    if (form === undefined) return { status: 200, html: forgottenPage(base, "", {}) };
    const name = form.get("name")?.trim() ?? "";
    if (name === "") return { status: 422, html: forgottenPage(base, "", { name: "Enter your email address." }) };
    const user = directory.userByLogin(name);
    // As in the cloud: who is shut out, or has not used the invitation so far, gets no other link.
    if (user?.enabled === true && user.password !== undefined) {
      const token = await directory.newLink(user, now());
      say(`A new password for ${user.email}: ${origin}${base}/invitation/${token}`);
    }
    // The same for everybody, so that nobody learns who can sign in.
    const sentence =
      "If someone signs in with this address, a link was made: no email is sent from this machine, so it is printed where the product was started.";
    return { status: 200, html: messagePage(base, "Look for the link", sentence, origin) };
  };

  return async (path, form) => {
    if (path === "/forgotten") return await forgotten(form);
    const [, token] = /^\/invitation\/([A-Za-z0-9_-]+)$/.exec(path) ?? [];
    return token === undefined ? undefined : await choose(token, form);
  };
}

function mistakesOf(password: string, again: string): Mistakes {
  if (password === "") return { password: "Enter a new password." };
  const problem = Directory.passwordProblem(password);
  if (problem !== undefined) return { password: problem };
  return password === again ? {} : { again: "The two passwords are not the same." };
}
