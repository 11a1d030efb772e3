import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export type ApiEvent = APIGatewayProxyEventV2;
export type ApiResult = APIGatewayProxyStructuredResultV2;
export type ApiMiddleware = MiddlewareObj<ApiEvent, ApiResult>;

/** What middlewares work on: an event, and its answer once there is one. */
export type ApiRequest = Parameters<NonNullable<ApiMiddleware["after"]>>[0];
