import { queryOptions } from "@tanstack/react-query";
import { type InvitationBody, type PersonChange, people } from "#contract/people";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

export const peopleQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["people", page],
    queryFn: ({ signal }) => call(people.list, { query: { ...page }, signal }),
  });

export function invitePerson(body: InvitationBody, onceKey: string) {
  return call(people.invite, { body, onceKey });
}

export function invitePersonAgain(personId: string, onceKey: string) {
  return call(people.inviteAgain, { params: { personId }, onceKey });
}

export function changePerson(personId: string, body: PersonChange) {
  return call(people.change, { params: { personId }, body });
}

export function removePerson(personId: string) {
  return call(people.delete, { params: { personId } });
}
