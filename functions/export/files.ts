/** What the files of an export are called, without the ending of their format. */
export const patronsFile = "patrons";
export const titlesFile = "titles";
/** Of a whole library alone. */
export const queuesFile = "service-queues";
