import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DamagedFolder, parseKept, writeKept } from "../kept-file.ts";
import { digestOf, hashedPassword, isDigestOf, isPassword, newSecret } from "./passwords.ts";

const userSchema = z.object({
  sub: z.string(),
  userName: z.string(),
  email: z.string(),
  /** Another name to sign in with. Only the samples have one. */
  alias: z.string().optional(),
  enabled: z.boolean(),
  /** Absent until the person has chosen one. */
  password: z.string().optional(),
  /** The one link that is good now: by it the person chooses a password, once. */
  link: z.object({ digest: z.string(), until: z.number() }).optional(),
});
export type User = Readonly<z.infer<typeof userSchema>>;

const clientSchema = z.object({
  clientId: z.string(),
  name: z.string(),
  secrets: z.array(z.object({ id: z.string(), digest: z.string(), createdAt: z.number() })),
});
export type MachineClient = Readonly<z.infer<typeof clientSchema>>;

const keptSchema = z.object({ format: z.literal(1), users: z.array(userSchema), clients: z.array(clientSchema) });

/** What somebody or something is to be when it is made: the samples are known by these beforehand. */
export interface Foreseen {
  /** By email address. */
  readonly users: ReadonlyMap<string, { readonly sub: string; readonly alias: string; readonly password: string }>;
  /** By the client's name. */
  readonly clients: ReadonlyMap<string, { readonly clientId: string; readonly secret: string }>;
}

/** Milliseconds for which a link to choose a password is good: a week, as in the cloud. */
const linkLasts = 7 * 24 * 3600_000;
/** Characters of the shortest password, as the template's user pool asks for. */
const shortestPassword = 12;

const damaged = "Put a copy from before in its place: without it nobody can sign in and no client gets a token";

/**
 * Who can sign in on this machine and which clients get tokens, as a user pool knows them: nothing of libraries and roles.
 * Kept whole in one file; passwords and secrets as hashes.
 */
export class Directory {
  readonly #file: string;
  readonly #users: Map<string, User>;
  readonly #clients: Map<string, MachineClient>;
  #foreseen: Foreseen = { users: new Map(), clients: new Map() };
  #saving: Promise<void> = Promise.resolve();

  private constructor(file: string, kept: z.infer<typeof keptSchema>) {
    this.#file = file;
    this.#users = new Map(kept.users.map((user) => [user.userName, user]));
    this.#clients = new Map(kept.clients.map((client) => [client.clientId, client]));
  }

  /**
   * Opens the one in a folder, or makes one of nobody.
   *
   * @throws DamagedFolder
   */
  static async open(folder: string): Promise<Directory> {
    const file = join(folder, "directory.json");
    const text = await readFile(file, "utf8").catch(() => undefined);
    const kept = text === undefined ? { format: 1 as const, users: [], clients: [] } : parseKept(text, keptSchema);
    if (kept === undefined) throw new DamagedFolder(file, `cannot be read. ${damaged}`);
    await mkdir(folder, { recursive: true });
    if (text === undefined) await writeKept(file, kept);
    return new Directory(file, kept);
  }

  foresee(foreseen: Foreseen): void {
    this.#foreseen = foreseen;
  }

  user(userName: string): User | undefined {
    return this.#users.get(userName);
  }

  userBySub(sub: string): User | undefined {
    return [...this.#users.values()].find((user) => user.sub === sub);
  }

  /** By email address, without case, or by the other name that samples have. */
  userByLogin(login: string): User | undefined {
    const same = login.toLowerCase();
    return [...this.#users.values()].find(({ email, alias }) => email.toLowerCase() === same || alias === login);
  }

  /** Undefined where name or password are wrong, or the person is shut out. */
  async signIn(login: string, password: string): Promise<User | undefined> {
    const user = this.userByLogin(login);
    // Whoever is not there takes as long to be refused as whoever is.
    const kept = user?.password ?? (await nobodysPassword);
    return (await isPassword(password, kept)) && user?.enabled === true ? user : undefined;
  }

  async addUser(userName: string, email: string): Promise<User> {
    const { password, ...foreseen } = this.#foreseen.users.get(email) ?? {};
    const hashed = password === undefined ? {} : { password: await hashedPassword(password) };
    return await this.#keepUser({ sub: randomUUID(), ...foreseen, ...hashed, userName, email, enabled: true });
  }

  async enable(user: User, enabled: boolean): Promise<void> {
    await this.#keepUser({ ...user, enabled });
  }

  async removeUser({ userName }: User): Promise<void> {
    this.#users.delete(userName);
    await this.#save();
  }

  /** A new link by which the person chooses a password. The one before no longer works. */
  async newLink(user: User, now: number): Promise<string> {
    const token = newSecret();
    await this.#keepUser({ ...user, link: { digest: digestOf(token), until: now + linkLasts } });
    return token;
  }

  /** Whose link it is; undefined where it was used, is too old, or was replaced. */
  userByLink(token: string, now: number): User | undefined {
    return [...this.#users.values()].find(
      ({ link, enabled }) => enabled && link !== undefined && link.until > now && isDigestOf(token, link.digest),
    );
  }

  /** What is wrong with a password, in words; undefined where nothing is. */
  static passwordProblem(password: string): string | undefined {
    const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/];
    if ([...password].length >= shortestPassword && kinds.every((kind) => kind.test(password))) return undefined;
    return `Use at least ${shortestPassword} characters, with a lowercase letter, a capital letter, a digit, and a symbol.`;
  }

  /** Uses a link up. Undefined where it is not good, or was used at this very moment. */
  async takeLink(token: string, password: string, now: number): Promise<User | undefined> {
    const hashed = await hashedPassword(password);
    const user = this.userByLink(token, now);
    if (user === undefined) return undefined;
    const { link: _, ...rest } = user;
    return await this.#keepUser({ ...rest, password: hashed });
  }

  client(clientId: string): MachineClient | undefined {
    return this.#clients.get(clientId);
  }

  /** One that is foreseen may have been made by a start that broke off. */
  async addClient(name: string): Promise<{ clientId: string; secret: string }> {
    const made = this.#foreseen.clients.get(name) ?? {
      clientId: randomUUID().replaceAll("-", ""),
      secret: newSecret(),
    };
    this.#clients.set(made.clientId, { clientId: made.clientId, name, secrets: [] });
    await this.addSecret(made.clientId, made.secret);
    return made;
  }

  async addSecret(clientId: string, secret = newSecret()): Promise<string> {
    const client = this.#clients.get(clientId);
    if (client === undefined) throw new Error(`There is no client ${clientId}`);
    const added = { id: `${clientId}--${randomUUID()}`, digest: digestOf(secret), createdAt: Date.now() };
    this.#clients.set(clientId, { ...client, secrets: [...client.secrets, added] });
    await this.#save();
    return secret;
  }

  async removeSecret(client: MachineClient, secretId: string): Promise<void> {
    const secrets = client.secrets.filter(({ id }) => id !== secretId);
    this.#clients.set(client.clientId, { ...client, secrets });
    await this.#save();
  }

  async removeClient({ clientId }: MachineClient): Promise<void> {
    this.#clients.delete(clientId);
    await this.#save();
  }

  isSecretOf(clientId: string, secret: string): boolean {
    return this.client(clientId)?.secrets.some(({ digest }) => isDigestOf(secret, digest)) === true;
  }

  async #keepUser(user: User): Promise<User> {
    this.#users.set(user.userName, user);
    await this.#save();
    return user;
  }

  async #save(): Promise<void> {
    const write = async () => {
      const kept = { format: 1 as const, users: [...this.#users.values()], clients: [...this.#clients.values()] };
      await writeKept(this.#file, kept satisfies z.input<typeof keptSchema>);
    };
    // A save that failed must not keep the next from being tried.
    this.#saving = this.#saving.catch(() => undefined).then(write);
    await this.#saving;
  }
}

const nobodysPassword = hashedPassword(newSecret());
