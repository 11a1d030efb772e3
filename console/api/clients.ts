import { queryOptions } from "@tanstack/react-query";
import { clients, type NewClient } from "#contract/clients";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

export const clientsQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["clients", page],
    queryFn: ({ signal }) => call(clients.list, { query: { ...page }, signal }),
  });

export function createClient(body: NewClient, onceKey: string) {
  return call(clients.create, { body, onceKey });
}

export function rotateClient(clientId: string, onceKey: string) {
  return call(clients.rotate, { params: { clientId }, onceKey });
}

export function removeClient(clientId: string) {
  return call(clients.delete, { params: { clientId } });
}
