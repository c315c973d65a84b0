package dev.artserver.provider;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/// Passes immutable messages by reference; they never leave the instance.
final class QuotaCodec implements MessageCodec<QuotaMessage, QuotaMessage> {
  static final String NAME = "provider.quota";

  @Override
  public QuotaMessage transform(QuotaMessage message) {
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

  @Override
  public void encodeToWire(Buffer buffer, QuotaMessage message) {
    throw new UnsupportedOperationException("quota messages are local");
  }

  @Override
  public QuotaMessage decodeFromWire(int position, Buffer buffer) {
    throw new UnsupportedOperationException("quota messages are local");
  }
}
