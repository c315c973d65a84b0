package dev.artserver.cluster;

import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/// JSON of what an instance says of itself. Members that are not known are ignored, so that
/// instances of two releases understand each other.
final class InstanceInfoJson {
  private InstanceInfoJson() {}

  static Buffer write(InstanceInfo info) {
    return Buffer.buffer(Fields.bytes(info, InstanceInfoJson::members));
  }

  /// Fails with `IllegalArgumentException` when it is damaged.
  static InstanceInfo read(Buffer bytes) {
    Members in = Members.of(bytes.getBytes());
    return new InstanceInfo(
        new InstanceId(in.text("id")),
        in.text("release"),
        in.small("threads"),
        in.small("threadsMax"),
        in.small("runs"),
        in.small("runsMax"),
        in.small("waiting"),
        in.flag("draining"),
        in.text("api"));
  }

  private static void members(Fields out, InstanceInfo info) throws IOException {
    out.text("id", info.id().value());
    out.text("release", info.release());
    out.number("threads", info.threads());
    out.number("threadsMax", info.threadsMax());
    out.number("runs", info.runs());
    out.number("runsMax", info.runsMax());
    out.number("waiting", info.waiting());
    out.flag("draining", info.draining());
    out.text("api", info.api());
  }
}
