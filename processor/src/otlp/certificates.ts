import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";

import { SpanwardenError } from "../errors.ts";
import type { ListenerConfig } from "./receiver-config.ts";
import { WatchedFile } from "./watched-file.ts";

/** The certificate, key and client authorities of a listener, from files that may be renewed at any time. */
export class Certificates {
  readonly #key: string;
  readonly #files: { readonly cert: WatchedFile; readonly key: WatchedFile; readonly ca: WatchedFile | undefined };
  readonly #minVersion: SecureContextOptions["minVersion"];
  /** Something has changed that is not in use yet. */
  #stale = false;

  /** Throws CONFIG_INVALID, naming `key`, where a file cannot be read or does not fit the others. */
  constructor(key: string, config: NonNullable<ListenerConfig["tls"]>) {
    const { cert_file: cert, key_file: privateKey, client_ca_file: ca, min_version: minVersion } = config;
    this.#key = key;
    this.#minVersion = minVersion;
    this.#files = {
      cert: new WatchedFile(`${key}.cert_file`, cert),
      key: new WatchedFile(`${key}.key_file`, privateKey),
      ca: ca === undefined ? undefined : new WatchedFile(`${key}.client_ca_file`, ca),
    };
    this.#check();
  }

  /** For the server. */
  get options(): SecureContextOptions & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean } {
    return { ...this.#context(), requestCert: this.#files.ca !== undefined, rejectUnauthorized: true };
  }

  /**
   * What the server uses from now on; `undefined` where nothing has changed. Throws CONFIG_INVALID where what is there
   * cannot be used, as when a certificate has been replaced and its key not yet; it is looked at again next time.
   */
  refresh(): SecureContextOptions | undefined {
    const { cert, key, ca } = this.#files;
    const changed = [cert, key, ca].map((file) => file?.refresh() === true);
    this.#stale ||= changed.includes(true);
    if (!this.#stale) return undefined;
    this.#check();
    this.#stale = false;
    return this.#context();
  }

  #context(): SecureContextOptions {
    const { cert, key, ca } = this.#files;
    return {
      cert: cert.text,
      key: key.text,
      ...(ca === undefined ? {} : { ca: ca.text }),
      ...(this.#minVersion === undefined ? {} : { minVersion: this.#minVersion }),
    };
  }

  #check(): void {
    const { cert, key, ca } = this.#files;
    const certificate = expected(`${this.#key}.cert_file: a certificate in PEM`, () => new X509Certificate(cert.text));
    const privateKey = expected(`${this.#key}.key_file: a key in PEM that no passphrase protects`, () =>
      createPrivateKey(key.text),
    );
    if (!certificate.checkPrivateKey(privateKey))
      throw new SpanwardenError(
        "CONFIG_INVALID",
        `${this.#key}.key_file: expected the key of the certificate in cert_file`,
      );
    if (ca !== undefined)
      expected(`${this.#key}.client_ca_file: certificates in PEM`, () => new X509Certificate(ca.text));
    expected(`${this.#key}: files that TLS can use`, () => createSecureContext(this.#context()));
  }
}

/** `what`: key and what its file should hold. */
function expected<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const message = `${what.replace(": ", ": expected ")}: ${(error as Error).message}`;
    throw new SpanwardenError("CONFIG_INVALID", message, { cause: error });
  }
}
