package dev.artserver.admission;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/// Hands a message over as it is; it never leaves the process.
final class PoolMessageCodec implements MessageCodec<PoolMessage, PoolMessage> {
  static final String NAME = "admission";

  /// Makes the codec known; it stays so for the life of the bus.
  static void register(EventBus bus) {
    try {
      bus.registerCodec(new PoolMessageCodec());
    } catch (IllegalStateException e) {
      // Known already: the bus has no way to ask.
    }
  }

  @Override
  public void encodeToWire(Buffer buffer, PoolMessage message) {
    throw new IllegalStateException("messages of the pool stay in the process");
  }

  @Override
  public PoolMessage decodeFromWire(int pos, Buffer buffer) {
    throw new IllegalStateException("messages of the pool stay in the process");
  }

  @Override
  public PoolMessage transform(PoolMessage message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
