import { z } from "zod";
import { type LibraryId, libraryIdSchema, type OfLibrary } from "#domain/ids";
import { type MemberStatus, memberStatuses } from "#domain/member";
import { roles } from "#domain/role";
import { readItem } from "#records/store/format";
import { type Key, type MemberKind, memberKey, membersPartition } from "#records/store/keys";
import { readableItems } from "#records/store/readable";
import { type Condition, ifAbsent, ifRevision, type Table, type Write, type WriteOutcome } from "#records/store/table";

const common = {
  /** A person's `sub`, a client's id. */
  id: z.string(),
  /** Absent from support, which serves every library. */
  library: libraryIdSchema.optional(),
  role: z.enum(roles),
  name: z.string(),
  status: z.enum(memberStatuses),
  createdBy: z.string(),
  createdBySub: z.string(),
  createdAt: z.string(),
  changedAt: z.string().optional(),
  revision: z.number().int(),
};

const personSchema = z.object({
  ...common,
  kind: z.literal("person"),
  email: z.string(),
  /** As the user pool calls the person. */
  userName: z.string(),
  /** When the first token was given out. */
  signedInAt: z.string().optional(),
});
export type Person = z.infer<typeof personSchema>;

const clientSchema = z.object({ ...common, kind: z.literal("client") });
export type Client = z.infer<typeof clientSchema>;

const memberSchema = z.discriminatedUnion("kind", [personSchema, clientSchema]);
/** Who a `sub` or client id is. This item alone decides it; everything else that names a member points here. */
export type Member = z.infer<typeof memberSchema>;
type MemberOf<Kind extends MemberKind> = Extract<Member, { kind: Kind }>;

const pointerSchema = z.object({ id: z.string() });

/** Undefined where nobody has this id: whoever comes with it is not let in. */
export async function loadMember<Kind extends MemberKind>(
  table: Table,
  kind: Kind,
  id: string,
): Promise<MemberOf<Kind> | undefined> {
  const item = await table.get(memberKey(kind, id));
  return item && ofKind(kind, readItem(memberSchema, item));
}

function ofKind<Kind extends MemberKind>(kind: Kind, member: Member): MemberOf<Kind> | undefined {
  return isOfKind(kind, member) ? member : undefined;
}

function isOfKind<Kind extends MemberKind>(kind: Kind, member: Member): member is MemberOf<Kind> {
  return member.kind === kind;
}

/** One page of a library's people or clients, newest first. */
export async function listMembers<Kind extends MemberKind>(
  table: Table,
  library: LibraryId,
  kind: Kind,
  limit: number,
  after: string | undefined,
): Promise<{ items: MemberOf<Kind>[]; next: string | undefined }> {
  const pk = membersPartition({ library }, kind);
  const page = await table.queryPage({ pk, limit, after, newestFirst: true });
  const ids = (await readableItems(page.items, (item) => readItem(pointerSchema, item))).map(({ id }) => id);
  const items = await table.batchGet(ids.map((id) => memberKey(kind, id)));
  const members = await readableItems(items, (item) => ofKind(kind, readItem(memberSchema, item)));
  const found = new Map(members.flatMap((member) => (member?.library === library ? [[member.id, member]] : [])));
  return { items: ids.flatMap((id) => found.get(id) ?? []), next: page.next };
}

/** Everybody of a library, for rules that ask whether somebody else is there. */
export async function* allMembers<Kind extends MemberKind>(
  table: Table,
  library: LibraryId,
  kind: Kind,
): AsyncGenerator<MemberOf<Kind>> {
  let after: string | undefined;
  do {
    const page = await listMembers(table, library, kind, 100, after);
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** The writes that make a member: itself, and its place in the list of its library. The first is refused where it is there. */
export function newMember(member: Member): Write[] {
  const item: Write = { put: { ...memberKey(member.kind, member.id), ...member }, if: ifAbsent };
  const { library } = member;
  if (library === undefined) return [item];
  return [item, { put: { ...pointerKey({ ...member, library }), id: member.id } }];
}

/** The write that changes a member that was read as it stands in `before`. */
export function changedMember(before: Member, changed: Partial<Person>): Write {
  const revision = before.revision + 1;
  return { set: { ...changed, revision }, key: memberKey(before.kind, before.id), if: ifRevision(before.revision) };
}

/** The writes that take a member away that is LEAVING. */
export function goneMember(member: Member): Write[] {
  const leaving = { expression: "#status = :status", names: { "#status": "status" }, values: { ":status": "LEAVING" } };
  const item: Write = { delete: memberKey(member.kind, member.id), if: leaving };
  const { library } = member;
  return library === undefined ? [item] : [item, { delete: pointerKey({ ...member, library }) }];
}

/** Holds a transaction back where somebody else is an active administrator no longer. */
export function stillAdministrator({ id }: Person): Write {
  const condition: Condition = {
    expression: "#role = :role AND #status = :status",
    names: { "#role": "role", "#status": "status" },
    values: { ":role": "administrator", ":status": "ACTIVE" satisfies MemberStatus },
  };
  return { check: memberKey("person", id), if: condition };
}

/** Notes that somebody signed in for the first time, who is ACTIVE from now on. Does nothing a second time. */
export async function noteFirstSignIn(table: Table, person: Person, now: Date): Promise<WriteOutcome> {
  return await table.write(changedMember(person, { status: "ACTIVE", signedInAt: now.toISOString() }));
}

function pointerKey({ library, kind, createdAt, id }: Pick<Member, "kind" | "createdAt" | "id"> & OfLibrary): Key {
  return { pk: membersPartition({ library }, kind), sk: `${createdAt}#${id}` };
}
