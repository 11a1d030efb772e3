import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import { metricService } from "./counts.ts";
import { currentFacts } from "./thread.ts";

/** Writes on each line what the call works for at that moment; what a line says itself comes before it. */
class ThreadFormatter extends LogFormatter {
  formatAttributes(base: UnformattedAttributes, said: LogAttributes): LogItem {
    const { logLevel: level, message, serviceName: service } = base;
    const timestamp = this.formatTimestamp(base.timestamp);
    const attributes = { level, message, timestamp, service, ...currentFacts() };
    return new LogItem({ attributes }).addAttributes(said);
  }
}

/** One JSON line per event. Ids only: patron data implies a disability and is never logged. */
export const logger = new Logger({
  serviceName: metricService,
  logFormatter: new ThreadFormatter(),
});
