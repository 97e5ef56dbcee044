import type { Ended } from "./answer-reader.ts";
import { endedBy } from "./ended-by.ts";

/** What a stream tells as it is read. */
export interface StreamObserver {
  bytes(chunk: Uint8Array): void;
  finish(ended: Ended): void;
}

/**
 * A stream that reads its original only as the app reads it: nothing ahead, nothing kept, a cancel is passed on at once.
 * A byte stream stays one. The original is locked at the first read, not before. It is looked up then, too.
 */
export function tapStream(
  original: () => ReadableStream<Uint8Array>,
  observer: StreamObserver,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const pull = async (
    controller: Pick<ReadableStreamDefaultController<Uint8Array>, "enqueue" | "close">,
  ): Promise<void> => {
    reader ??= original().getReader();
    try {
      const chunk = await reader.read();
      if (chunk.done) {
        observer.finish({ end: "done" });
        controller.close();
        return;
      }
      observer.bytes(chunk.value);
      controller.enqueue(chunk.value);
    } catch (error) {
      observer.finish(endedBy(error, signal));
      throw error;
    }
  };
  const cancel = async (reason: unknown): Promise<void> => {
    observer.finish({ end: "cancelled" });
    await (reader ?? original()).cancel(reason);
  };
  if (!isByteStream(original())) return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
  const closing = async (controller: ReadableByteStreamController): Promise<void> => {
    await pull({
      // A byte stream takes the buffer away from whoever enqueues it; what is shared must not be taken.
      enqueue: (chunk: Uint8Array<ArrayBuffer>) => controller.enqueue(new Uint8Array(chunk)),
      close: () => {
        controller.close();
        // A reader that brought its own buffer waits for it until it is answered.
        controller.byobRequest?.respond(0);
      },
    });
  };
  return new ReadableStream({ type: "bytes", pull: closing, cancel }, { highWaterMark: 0 });
}

function isByteStream(stream: ReadableStream<Uint8Array>): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
