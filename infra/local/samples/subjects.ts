/** Subjects that titles are shelved under and patrons like, with how common they are. */
export const subjects: readonly (readonly [string, number])[] = [
  ["Mystery", 14],
  ["Romance", 12],
  ["Historical fiction", 9],
  ["Westerns", 7],
  ["Suspense", 9],
  ["Science fiction", 6],
  ["Fantasy", 6],
  ["Biography", 8],
  ["History", 7],
  ["War stories", 4],
  ["Religion", 4],
  ["Family stories", 6],
  ["Humor", 4],
  ["Short stories", 3],
  ["Adventure", 5],
  ["Animals", 3],
  ["Cooking", 2],
  ["Health", 3],
  ["Nature", 3],
  ["Poetry", 2],
  ["Politics", 3],
  ["Sports", 3],
  ["Travel", 3],
  ["True crime", 3],
  ["Young adult", 4],
  ["Children's stories", 4],
  ["Music", 1],
  ["Bestsellers", 6],
];

/** Content warnings: patrons name them only to be spared of them. */
export const contentWarnings: readonly (readonly [string, number])[] = [
  ["Strong language", 6],
  ["Violence", 5],
  ["Descriptions of sex", 4],
  ["Explicit descriptions of sex", 1],
];
