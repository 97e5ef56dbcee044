import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Certificates } from "../../src/otlp/certificates.ts";
import { certificate, certificateFile } from "./certificates/read.ts";

let directory: string;
const at = (name: string): string => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spanwarden-tls-"));
  copyFileSync(certificateFile("server.pem"), at("tls.crt"));
  copyFileSync(certificateFile("server-key.pem"), at("tls.key"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const make = (more: object = {}): Certificates =>
  new Certificates("receiver.tls", {
    cert_file: at("tls.crt"),
    key_file: at("tls.key"),
    min_version: "TLSv1.2",
    ...more,
  });

describe("certificates", () => {
  it("ask clients for one where there is an authority for them", () => {
    expect(make().options).toMatchObject({ requestCert: false });
    expect(make({ client_ca_file: certificateFile("ca.pem") }).options).toMatchObject({
      requestCert: true,
      rejectUnauthorized: true,
      ca: certificate("ca.pem"),
    });
  });

  it("are told with the key of what is wrong", () => {
    rmSync(at("tls.crt"));
    expect(make).toThrow(/^receiver\.tls\.cert_file: cannot read/);
    writeFileSync(at("tls.crt"), "no certificate");
    expect(make).toThrow(/^receiver\.tls\.cert_file: expected a certificate in PEM/);
    copyFileSync(certificateFile("renewed.pem"), at("tls.crt"));
    expect(make).toThrow(/^receiver\.tls\.key_file: expected the key of the certificate in cert_file$/);
    writeFileSync(at("tls.key"), "no key");
    expect(make).toThrow(/^receiver\.tls\.key_file: expected a key in PEM that no passphrase protects/);
    expect(() => make({ key_file: at("none") })).toThrow(/^receiver\.tls\.key_file: cannot read/);
  });

  it("of no authority are told with their key", () => {
    expect(() => make({ client_ca_file: certificateFile("client-key.pem") })).toThrow(
      /^receiver\.tls\.client_ca_file: expected certificates in PEM/,
    );
  });

  it("that are renewed one file after the other are taken over once they fit again", () => {
    const certificates = make();
    expect(certificates.refresh()).toBeUndefined();
    copyFileSync(certificateFile("renewed.pem"), at("tls.crt"));
    expect(() => certificates.refresh()).toThrow(/expected the key of the certificate/);
    copyFileSync(certificateFile("renewed-key.pem"), at("tls.key"));
    expect(certificates.refresh()).toMatchObject({ cert: certificate("renewed.pem") });
    expect(certificates.refresh()).toBeUndefined();
  });
});
