import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  type MTLSConfig,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Construct } from "constructs";
import type { ForceConfig } from "#contracts/force.ts";
import type { HandlerFunction } from "./handler-function.ts";
import type { Operations } from "./operations.ts";

export type HttpEntranceProps = {
  readonly domain: ForceConfig["domain"];
  /** The certificate authorities of the force's gateways (PEM), for a domain with mutual TLS. */
  readonly trustStoreFile: string;
  readonly operations: Operations;
};

/** At 50 discharges and 200 clips in a minute, with every device asking how its upload went. */
const THROTTLE = { rateLimit: 100, burstLimit: 200 };

/**
 * The one way in: every path and method goes to the `api` function, which authenticates each route itself,
 * because devices sign requests in a way that no authorizer of the gateway can check.
 */
export class HttpEntrance extends Construct {
  readonly api: HttpApi;
  /** Without a slash at the end. */
  readonly baseUrl: string;

  constructor(scope: Construct, id: string, { domain, trustStoreFile, operations }: HttpEntranceProps) {
    super(scope, id);
    this.api = new HttpApi(this, "Api", {
      description: "Devices, gateways and people",
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain?.mutualTls === true,
    });
    const stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(operations.logGroup("Access")),
        format: accessLogFormat(),
      },
    });
    this.baseUrl = domain ? `https://${domain.name}` : this.api.apiEndpoint;
    if (domain) this.serveAt(domain, trustStoreFile, stage);
    operations.alarm("ApiServerErrors", {
      metric: this.api.metricServerError({ period: Duration.minutes(5) }),
      description: "The API answered a request with a server error. Devices try again; see the log of api.",
    });
  }

  /** Sends everything to this function. */
  serve(handler: HandlerFunction): void {
    new HttpRoute(this, "EverythingRoute", {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration("Integration", handler.lambda),
    });
  }

  private serveAt(
    domain: NonNullable<ForceConfig["domain"]>,
    trustStoreFile: string,
    stage: HttpStage,
  ): void {
    const domainName = new DomainName(this, "Domain", {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
      ...(domain.mutualTls && { mtls: this.trustStore(trustStoreFile) }),
    });
    new ApiMapping(this, "Mapping", { api: this.api, domainName, stage });
    new CfnOutput(Stack.of(this), "DomainTarget", { value: domainName.regionalDomainName });
  }

  private trustStore(file: string): MTLSConfig {
    const asset = new Asset(this, "TrustStore", { path: file });
    return { bucket: asset.bucket, key: asset.s3ObjectKey };
  }
}

/** Neither path nor address nor token: paths hold officers' ids. */
function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: "$context.requestId",
      time: "$context.requestTimeEpoch",
      method: "$context.httpMethod",
      route: "$context.routeKey",
      status: "$context.status",
      bytes: "$context.responseLength",
      milliseconds: "$context.responseLatency",
      error: "$context.error.responseType",
      integrationStatus: "$context.integrationStatus",
      integrationRequestId: "$context.integration.requestId",
    }),
  );
}
