import { z } from "zod";
import type { Template } from "./template.ts";

/** What references to resources mean on this machine. */
export interface References {
  ref(logicalId: string): string;
  attribute(logicalId: string, name: string): string;
}

const pair = z.tuple([z.string(), z.unknown()]);
const list = z.array(z.unknown());

/** Turns the template's expressions into values. */
export class Intrinsics {
  readonly #template: Template;
  readonly #pseudo: Readonly<Record<string, string>>;
  readonly #references: References;

  constructor(template: Template, pseudo: Readonly<Record<string, string>>, references: References) {
    this.#template = template;
    this.#pseudo = pseudo;
    this.#references = references;
  }

  /**
   * The value with every intrinsic function worked out; `AWS::NoValue` leaves the property out.
   *
   * @throws where a function or a reference is not known.
   */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item)).filter((item) => item !== undefined);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && /^(Ref|Condition|Fn::.+)$/.test(first[0])) {
      return this.#call(first[0], first[1]);
    }
    return Object.fromEntries(
      entries.map(([name, inner]) => [name, this.resolve(inner)]).filter(([, inner]) => inner !== undefined),
    );
  }

  /** Whether a condition of the template holds. */
  holds(name: string): boolean {
    const condition = this.#template.conditions[name];
    if (condition === undefined) throw new Error(`The template has no condition ${name}.`);
    return this.resolve(condition) === true;
  }

  #call(name: string, argument: unknown): unknown {
    switch (name) {
      case "Ref":
        return this.#ref(z.string().parse(argument));
      case "Condition":
        return this.holds(z.string().parse(argument));
      case "Fn::GetAtt":
        return this.#attribute(argument);
      case "Fn::Join": {
        const [separator, parts] = pair.parse(argument);
        return this.#texts(parts).join(separator);
      }
      case "Fn::Split": {
        const [separator, whole] = pair.parse(argument);
        return this.#text(whole).split(separator);
      }
      case "Fn::Select":
        return this.#select(argument);
      case "Fn::Sub":
        return this.#substitute(argument);
      case "Fn::If": {
        const [condition, yes, no] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(argument);
        return this.resolve(this.holds(condition) ? yes : no);
      }
      case "Fn::Equals": {
        const [left, right] = z.tuple([z.unknown(), z.unknown()]).parse(argument);
        return JSON.stringify(this.resolve(left)) === JSON.stringify(this.resolve(right));
      }
      case "Fn::And":
        return list.parse(argument).every((item) => this.resolve(item) === true);
      case "Fn::Or":
        return list.parse(argument).some((item) => this.resolve(item) === true);
      case "Fn::Not":
        return this.resolve(list.parse(argument)[0]) !== true;
      default:
        throw new Error(`The template uses ${name}, which is not known on this machine.`);
    }
  }

  #ref(name: string): string | undefined {
    if (name === "AWS::NoValue") return undefined;
    const pseudo = this.#pseudo[name];
    if (pseudo !== undefined) return pseudo;
    if (Object.hasOwn(this.#template.parameters, name)) return String(this.#template.parameters[name]);
    return this.#references.ref(name);
  }

  #attribute(argument: unknown): string {
    const [logicalId, name] =
      typeof argument === "string"
        ? z.tuple([z.string(), z.string()]).parse(argument.split(/\.(.*)/s).slice(0, 2))
        : z.tuple([z.string(), z.string()]).parse(argument);
    return this.#references.attribute(logicalId, name);
  }

  #select(argument: unknown): unknown {
    const [index, items] = z.tuple([z.coerce.number().int(), z.unknown()]).parse(argument);
    const found = list.parse(this.resolve(items))[index];
    if (found === undefined) throw new Error(`Fn::Select finds nothing at place ${index}.`);
    return found;
  }

  #substitute(argument: unknown): string {
    const [text, values] =
      typeof argument === "string"
        ? [argument, {}]
        : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal === "!") return `\${${name}}`;
      if (Object.hasOwn(values, name)) return this.#text(values[name]);
      return name.includes(".") && !name.startsWith("AWS::") ? this.#attribute(name) : (this.#ref(name) ?? "");
    });
  }

  #text(value: unknown): string {
    return z.union([z.string(), z.number(), z.boolean()]).transform(String).parse(this.resolve(value));
  }

  #texts(value: unknown): string[] {
    return list.parse(this.resolve(value)).map((item) => this.#text(item));
  }
}
