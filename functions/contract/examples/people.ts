import type { Example } from "../operation.ts";

const body = { email: "ada@piedmont.example", name: "Ada Quill", role: "administrator" };
const invited = {
  personId: "5408a4e8-2061-7045-9dcd-1f2d8a0b2c3e",
  ...body,
  status: "INVITED",
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T13:40:51.310Z",
};
const withLink = { ...invited, invitation: "http://localhost:4000/oidc/invitation/0nCe0nLy" };
const active = { ...invited, status: "ACTIVE" };

/** One call to show for each operation, by its name. */
export const peopleExamples: Readonly<Record<string, Example>> = {
  listPeople: { answer: { items: [active] } },
  invitePerson: { body, answer: withLink },
  getPerson: { answer: active },
  invitePersonAgain: { answer: withLink },
  changePerson: {
    body: { role: "staff" },
    answer: { ...active, role: "staff", changedAt: "2026-03-03T09:12:00.500Z" },
  },
};
