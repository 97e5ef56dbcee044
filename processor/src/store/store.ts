import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

import type { EventRecord } from "../emit/event-record.ts";
import type { OutboxStore, StoredEvent } from "../emit/outbox.ts";
import { SpanwardenError } from "../errors.ts";
import type { JournalPosition } from "../facts/journal.ts";
import type { Incident } from "../incidents/incident.ts";

export interface Checkpoint {
  /** What `Judgement.snapshot` gave, serialised. */
  readonly state: Uint8Array;
  /** The first fact that is not in it. */
  readonly position: JournalPosition;
}

/** Incidents kept; beyond it the longest closed are forgotten. */
const MOST_INCIDENTS = 10_000;
/** Events that wait for delivery; beyond it the oldest go, and are counted. */
export const MOST_WAITING = 100_000;

const FORGET_INCIDENTS = `DELETE FROM incident WHERE closed_at IS NOT NULL AND id NOT IN
  (SELECT id FROM incident ORDER BY opened_at DESC LIMIT ${MOST_INCIDENTS})`;

/** Raised with every change of the schema. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS identity (id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), state BLOB NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, opened_at REAL NOT NULL, closed_at REAL, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL, delivered INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (seq) WHERE delivered = 0;
`;

/**
 * What must outlive the process and is too small or too dear for the journal: the last checkpoint, the incidents, and the
 * events owed. Written by one owner in few, large transactions.
 *
 * An event stays until the next checkpoint after its delivery: a restart replays the facts since the last one and decides
 * the same events again, under the same ids, and what is already here is not stored twice.
 */
export class Store implements OutboxStore {
  /** Of this installation, for ever: `spanwarden.processor.id`. */
  readonly instanceId: string;
  readonly #database: DatabaseSync;
  readonly #insertEvent: StatementSync;
  readonly #putIncident: StatementSync;
  readonly #markDelivered: StatementSync;
  readonly #nextEvents: StatementSync;
  #waiting: number;
  #dropped = 0;

  /** `directory` absent: in memory. Throws STORE_CORRUPT where the database cannot be used. */
  constructor(directory: string | undefined) {
    const path = directory === undefined ? ":memory:" : join(directory, "spanwarden.sqlite");
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    const database = new DatabaseSync(path);
    this.#database = database;
    try {
      prepare(database);
    } catch (error) {
      database.close();
      const hint = "another process uses it, or it is no database of this version";
      throw new SpanwardenError("STORE_CORRUPT", `${path}: ${(error as Error).message}; ${hint}`, { cause: error });
    }
    this.#insertEvent = database.prepare("INSERT OR IGNORE INTO outbox (id, json) VALUES (?, ?)");
    this.#putIncident = database.prepare(
      "INSERT OR REPLACE INTO incident (id, opened_at, closed_at, json) VALUES (?, ?, ?, ?)",
    );
    this.#markDelivered = database.prepare("UPDATE outbox SET delivered = 1 WHERE id = ? AND delivered = 0");
    this.#nextEvents = database.prepare("SELECT id, json FROM outbox WHERE delivered = 0 ORDER BY seq LIMIT ?");
    this.instanceId = this.#identity();
    this.#waiting = Number(database.prepare("SELECT count(*) AS n FROM outbox WHERE delivered = 0").get()?.["n"] ?? 0);
  }

  /** Events not yet delivered. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Events given up for want of room. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Stores what was decided, in one transaction. */
  save(events: readonly EventRecord[], incidents: readonly Incident[]): void {
    if (events.length === 0 && incidents.length === 0) return;
    this.#transaction(() => {
      for (const event of events)
        this.#waiting += Number(this.#insertEvent.run(event.id, JSON.stringify(event)).changes);
      for (const incident of incidents) {
        this.#putIncident.run(incident.id, incident.openedAt, incident.closedAt ?? null, JSON.stringify(incident));
      }
      this.#makeRoom();
    });
  }

  /** Call after `save` of everything that was decided up to `position`. */
  checkpoint({ state, position }: Checkpoint): void {
    this.#transaction(() => {
      this.#database
        .prepare("INSERT OR REPLACE INTO checkpoint (one, state, segment, offset) VALUES (1, ?, ?, ?)")
        .run(state, position.segment, position.offset);
      this.#forget();
    });
  }

  /** As a checkpoint, for state that no restart will ask for. */
  forgetDelivered(): void {
    this.#transaction(() => this.#forget());
  }

  latestCheckpoint(): Checkpoint | undefined {
    const row = this.#database.prepare("SELECT state, segment, offset FROM checkpoint").get();
    if (row === undefined) return undefined;
    const { state, segment, offset } = row;
    return { state: state as Uint8Array, position: { segment: Number(segment), offset: Number(offset) } };
  }

  /** The latest incidents, the newest first. */
  incidents(limit: number): readonly Incident[] {
    const rows = this.#database.prepare("SELECT json FROM incident ORDER BY opened_at DESC LIMIT ?").all(limit);
    return rows.map(({ json }) => JSON.parse(String(json)) as Incident);
  }

  undelivered(limit: number): readonly StoredEvent[] {
    const rows = this.#nextEvents.all(limit);
    return rows.map(({ id, json }) => ({ id: String(id), event: JSON.parse(String(json)) as EventRecord }));
  }

  delivered(ids: readonly StoredEvent["id"][]): void {
    this.#transaction(() => {
      for (const id of ids) this.#waiting -= Number(this.#markDelivered.run(id).changes);
    });
  }

  close(): void {
    this.#database.close();
  }

  #identity(): string {
    const row = this.#database.prepare("SELECT id FROM identity").get();
    if (row !== undefined) return String(row["id"]);
    const id = randomUUID();
    this.#database.prepare("INSERT INTO identity (id) VALUES (?)").run(id);
    return id;
  }

  #forget(): void {
    this.#database.exec("DELETE FROM outbox WHERE delivered = 1");
    this.#database.exec(FORGET_INCIDENTS);
  }

  #makeRoom(): void {
    const excess = this.#waiting - MOST_WAITING;
    if (excess <= 0) return;
    const oldest =
      "UPDATE outbox SET delivered = 1 WHERE seq IN (SELECT seq FROM outbox WHERE delivered = 0 ORDER BY seq LIMIT ?)";
    this.#database.prepare(oldest).run(excess);
    this.#waiting -= excess;
    this.#dropped += excess;
  }

  #transaction(write: () => void): void {
    const waiting = this.#waiting;
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      write();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#waiting = waiting;
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

/** Exclusive: a second process on the same directory would write the same journal. */
function prepare(database: DatabaseSync): void {
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version !== 0 && version !== SCHEMA_VERSION)
    throw new Error(`schema version ${version}, expected ${SCHEMA_VERSION}`);
  database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}`);
}
