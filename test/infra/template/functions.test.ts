import { beforeAll, describe, expect, test } from "vitest";
import { type OpenTemplate, openTemplate } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

describe("functions", () => {
  test("all run Node 24 on arm64 from an ESM bundle, with a log group that forgets", () => {
    const functions = opened.allOf("AWS::Lambda::Function");
    expect(functions).toHaveLength(17);
    for (const { properties } of functions) {
      expect(properties.Runtime).toBe("nodejs24.x");
      expect(properties.Architectures).toEqual(["arm64"]);
      expect(properties.Handler).toBe("index.handler");
      // An account that is new gets no more for a function.
      expect(Number(properties.MemorySize)).toBeLessThanOrEqual(3008);
      expect(properties.LoggingConfig).toMatchObject({ LogFormat: "JSON" });
    }
    for (const { properties } of opened.allOf("AWS::Logs::LogGroup"))
      expect(properties.RetentionInDays).toBeGreaterThan(0);
  });
});
