package dev.artserver.store.file;

import dev.artserver.model.Fact;
import dev.artserver.store.Append;
import dev.artserver.store.OperationRecord;
import dev.artserver.wire.AnswerJson;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.HeadJson;
import dev.artserver.wire.WriteVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An append with its JSON. It is made on the caller's event loop, to keep work off the single
/// writer.
final class AppendRows {
  private final Append append;
  private final List<byte[]> bodies;
  private final byte @Nullable [] profile;
  private final byte @Nullable [] answer;

  /// Fails with `HeldBack` for a fact that needs a newer version.
  AppendRows(Append append, WriteVersion version) {
    this.append = append;
    bodies = new ArrayList<>(append.facts().size());
    for (Fact fact : append.facts()) {
      version.check(fact);
      bodies.add(FactJson.data(fact));
    }
    profile = append.changesProfile() ? HeadJson.profile(append.head().profile()) : null;
    OperationRecord operation = append.operation().orElse(null);
    answer = operation == null ? null : AnswerJson.write(operation.answer());
  }

  Append append() {
    return append;
  }

  /// `data` of the fact at `index`.
  byte[] body(int index) {
    return bodies.get(index);
  }

  /// The head's profile; null when the append does not change it.
  byte @Nullable [] profile() {
    return profile;
  }

  /// The answer to the operation; null when there is no operation.
  byte @Nullable [] answer() {
    return answer;
  }

  long bytes() {
    long sum = profile == null ? 0 : profile.length;
    for (byte[] body : bodies) {
      sum += body.length;
    }
    return sum + (answer == null ? 0 : answer.length);
  }
}
