package dev.artserver.store.postgres;

import dev.artserver.model.Fact;
import dev.artserver.store.Append;
import dev.artserver.wire.AnswerJson;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.HeadJson;
import dev.artserver.wire.WriteVersion;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An append with its JSON. It is made on the caller's event loop, to keep work off the one that
/// all writes share.
///
/// @param bodies `data` of each fact
/// @param profile the head's profile; null when the append does not change it
/// @param answer the answer to the operation; null when there is no operation
record AppendRows(
    Append append, List<Buffer> bodies, @Nullable Buffer profile, @Nullable Buffer answer) {

  /// Fails with `HeldBack` for a fact that needs a newer version.
  static AppendRows of(Append append, WriteVersion version) {
    List<Buffer> bodies = new ArrayList<>(append.facts().size());
    for (Fact fact : append.facts()) {
      version.check(fact);
      bodies.add(Buffer.buffer(FactJson.data(fact)));
    }
    return new AppendRows(
        append,
        bodies,
        append.changesProfile() ? Buffer.buffer(HeadJson.profile(append.head().profile())) : null,
        append
            .operation()
            .map(done -> Buffer.buffer(AnswerJson.write(done.answer())))
            .orElse(null));
  }

  long bytes() {
    long sum = profile == null ? 0 : profile.length();
    for (Buffer body : bodies) {
      sum += body.length();
    }
    return sum + (answer == null ? 0 : answer.length());
  }
}
