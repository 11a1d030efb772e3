import type { Random } from "./random.ts";

/** Names of one origin. Samples hold accents and scripts beyond Latin, since real libraries do. */
interface Origin {
  readonly first: readonly [string, ...string[]];
  readonly last: readonly [string, ...string[]];
}

const english: Origin = {
  first: [
    "Mary",
    "James",
    "Patricia",
    "Robert",
    "Linda",
    "John",
    "Barbara",
    "Michael",
    "Elizabeth",
    "William",
    "Dorothy",
    "Richard",
    "Helen",
    "Charles",
    "Margaret",
    "Thomas",
    "Ruth",
    "Harold",
    "Evelyn",
    "Walter",
    "Frances",
    "Clarence",
    "Gloria",
    "Leroy",
    "Shirley",
    "Eugene",
    "Mildred",
    "Curtis",
    "Beatrice",
    "Otis",
    "Hazel",
    "Vernon",
    "Lois",
    "Clyde",
  ],
  last: [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Davis",
    "Miller",
    "Wilson",
    "Moore",
    "Taylor",
    "Anderson",
    "Thomas",
    "Jackson",
    "White",
    "Harris",
    "Martin",
    "Thompson",
    "Robinson",
    "Clark",
    "Lewis",
    "Walker",
    "Hall",
    "Allen",
    "Young",
    "King",
    "Wright",
    "Hill",
    "Green",
    "Baker",
    "Adams",
    "Nelson",
    "Carter",
    "Mitchell",
    "Roberts",
    "Turner",
    "Phillips",
    "Campbell",
    "Parker",
    "Evans",
    "Edwards",
    "Collins",
    "Stewart",
    "O'Brien",
    "O'Neal",
    "McAllister",
    "St. John",
    "Van Buren",
    "Whitaker-Lowe",
  ],
};

const spanish: Origin = {
  first: ["José", "María", "Sofía", "Andrés", "Lucía", "Ramón", "Inés", "Jesús", "Begoña", "Iñaki"],
  last: ["García", "Hernández", "Muñoz", "Peña", "Rodríguez", "Núñez", "López", "Ibáñez", "de la Cruz", "Ávila"],
};

const european: Origin = {
  first: ["Zoë", "François", "Jürgen", "Søren", "Łukasz", "Björk", "Ágnes", "Çağla", "Renée", "Željko", "Siân"],
  last: ["Müller", "Dvořák", "Çelik", "Ångström", "Wałęsa", "Lefèvre", "Größe", "Østergård", "Þórsdóttir", "Čapek"],
};

const others: readonly [Origin, ...Origin[]] = [
  { first: ["Нина", "Дмитрий", "Ольга", "Сергей"], last: ["Иванова", "Кузнецов", "Шевченко", "Орлова"] },
  { first: ["Ελένη", "Γιώργος", "Μαρία"], last: ["Παπαδόπουλος", "Οικονόμου", "Βασιλείου"] },
  { first: ["明", "秀英", "建国", "丽"], last: ["王", "李", "陈", "欧阳"] },
  { first: ["美咲", "健太", "さくら"], last: ["佐藤", "鈴木", "髙橋"] },
  { first: ["ليلى", "محمد", "فاطمة"], last: ["الخطيب", "حداد", "منصور"] },
  { first: ["רחל", "דוד", "שרה"], last: ["כהן", "לוי", "מזרחי"] },
  { first: ["अनीता", "राजेश"], last: ["शर्मा", "पटेल"] },
  { first: ["지우", "민준"], last: ["김", "박"] },
  { first: ["Nguyệt", "Dũng", "Thảo"], last: ["Nguyễn", "Trần", "Đặng"] },
];

/** Places that are patrons themselves: they have no first name. */
const institutions: readonly [string, ...string[]] = [
  "Elementary School",
  "Middle School",
  "High School",
  "Nursing Home",
  "Veterans Home",
  "Retirement Center",
  "Rehabilitation Center",
  "Public Library",
  "School for the Blind",
  "Senior Center",
];

const institutionPlaces: readonly [string, ...string[]] = [
  "Oak Grove",
  "Mount Olive",
  "Cedar Falls",
  "Fairview",
  "Lincoln",
  "Riverside",
  "St. Mary's",
  "Maple Ridge",
  "Salem",
  "Pleasant Hill",
  "Washington",
  "Bethany",
  "Clear Creek",
  "Jefferson",
  "Sunrise",
  "Magnolia",
];

export interface Name {
  readonly lastName: string;
  readonly firstName?: string;
}

/** A patron's name: mostly English, one in ten with accents, one in twenty in another script, one in forty a school or home. */
export function patronName(random: Random): Name {
  if (random.chance(0.025)) {
    return { lastName: `${random.pick(institutionPlaces)} ${random.pick(institutions)}` };
  }
  const origin = originOf(random);
  const initial = origin === english && random.chance(0.25) ? ` ${String.fromCharCode(65 + random.whole(0, 25))}.` : "";
  return { lastName: random.pick(origin.last), firstName: `${random.pick(origin.first)}${initial}` };
}

/** An author's name as catalogues write it, last name first. */
export function authorName(random: Random): string {
  const origin = originOf(random);
  const middle = origin === english ? ` ${String.fromCharCode(65 + random.whole(0, 25))}.` : "";
  return `${random.pick(origin.last)}, ${random.pick(origin.first)}${middle}`;
}

function originOf(random: Random): Origin {
  const drawn = random.next();
  if (drawn < 0.78) return english;
  if (drawn < 0.9) return spanish;
  return drawn < 0.95 ? european : random.pick(others);
}
