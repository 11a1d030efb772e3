import { Logger } from "@aws-lambda-powertools/logger";

/** One JSON line per event. Ids only: patron data implies a disability and is never logged. */
export const logger = new Logger({ serviceName: "batch-update-patron-profiles" });
