import { join } from "node:path";
import { Annotations, Duration, Fn } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AccessLevel,
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";
import type { Api } from "./api.ts";
import { Firewall } from "./firewall.ts";
import { asBucket } from "./records.ts";
import type { StageConfig } from "./stages.ts";
import { viewerFunction } from "./viewer-function.ts";

export interface ConsoleHostingProps {
  readonly config: StageConfig;
  readonly api: Api;
  /** Hosts that the console's scripts talk to beside their own: the bucket of records and the issuer's two. */
  readonly bucketHost: string;
  readonly issuerHosts: readonly string[];
}

/** The console's files and the API behind one origin. */
export class ConsoleHosting extends Construct {
  readonly url: string;
  /** What a name of its own has to point to. */
  readonly target: string;
  readonly #files: IBucket;
  readonly #distribution: Distribution;

  constructor(scope: Construct, id: string, { config, api, bucketHost, issuerHosts }: ConsoleHostingProps) {
    super(scope, id);
    this.#files = asBucket(
      new Bucket(this, "Files", {
        encryption: BucketEncryption.S3_MANAGED,
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforceSSL: true,
        minimumTLSVersion: 1.2,
        versioned: true,
        lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(90) }],
        removalPolicy: config.removal,
      }),
    );

    const bucketOrigin = `https://${bucketHost}`;
    const issuerOrigins = issuerHosts.map((host) => `https://${host}`);
    const headers = new ResponseHeadersPolicy(this, "Headers", {
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          override: true,
          contentSecurityPolicy: Fn.join("; ", [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            Fn.join(" ", ["connect-src 'self'", bucketOrigin, ...issuerOrigins]),
            Fn.join(" ", ["form-action 'self'", ...issuerOrigins]),
            "manifest-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
          ]),
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          preload: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: "permissions-policy", value: "camera=(), geolocation=(), microphone=()", override: true },
          { header: "cross-origin-opener-policy", value: "same-origin", override: true },
        ],
      },
    });

    const { console: own } = config;
    this.#distribution = new Distribution(this, "Distribution", {
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(own !== undefined && {
        domainNames: [own.name],
        certificate: Certificate.fromCertificateArn(this, "Certificate", own.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      ...(config.firewall !== undefined && { webAclId: new Firewall(this, "Firewall", config.firewall).webAclArn }),
      defaultRootObject: "index.html",
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.#files, {
          // Whoever may not list is answered 403 where there is no such file, not 404.
          originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: headers,
        functionAssociations: [
          {
            eventType: FunctionEventType.VIEWER_REQUEST,
            function: new EdgeFunction(this, "Views", {
              code: FunctionCode.fromInline(viewerFunction()),
              runtime: FunctionRuntime.JS_2_0,
            }),
          },
        ],
      },
      additionalBehaviors: {
        "/v1/*": {
          origin: new HttpOrigin(api.host),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          // The API's answers say their own; this is for what the gateway answers by itself.
          responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
        },
      },
    });
    this.target = this.#distribution.distributionDomainName;
    this.url = `https://${own?.name ?? this.target}`;
    Annotations.of(this).acknowledgeWarning(
      "@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk",
      "No address leads to the list itself: the root is a page, and queries do not reach the bucket",
    );
  }

  /**
   * Puts the built console into the bucket, and beside it where to sign in: first what carries a digest of its content in
   * its name and never changes, then the pages that name it, which browsers ask for anew each time. A page that somebody
   * has open asks for the files of its own version, so those of earlier ones stay; a version adds a megabyte or two.
   */
  deploy(folder: string, signIn: { issuer: string; clientId: string }): void {
    const assets = new BucketDeployment(this, "Assets", {
      destinationBucket: this.#files,
      destinationKeyPrefix: "assets",
      sources: [Source.asset(join(folder, "assets"))],
      prune: false,
      cacheControl: [CacheControl.fromString("public, max-age=31536000, immutable")],
    });
    const pages = new BucketDeployment(this, "Pages", {
      destinationBucket: this.#files,
      distribution: this.#distribution,
      sources: [Source.asset(folder, { exclude: ["assets", ".*"] }), Source.jsonData("config.json", signIn)],
      // Neither puts them there nor takes them away.
      exclude: ["assets/*"],
      cacheControl: [CacheControl.noCache()],
    });
    pages.node.addDependency(assets);
  }
}
