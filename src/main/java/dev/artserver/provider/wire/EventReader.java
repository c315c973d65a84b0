package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads the events of one answer, in a service's own words, into a draft.
public interface EventReader {
  /// Takes one event: the data of a server-sent one, or a line of JSON, or a whole answer of a
  /// service that did not stream. What it does not know it ignores. The bytes are valid only during
  /// the call.
  ///
  /// @throws IOException when it is no event of such a service
  void read(byte[] bytes, int from, int to, AnswerDraft draft) throws IOException;

  /// What the service wants to see again with the first tool call of the answer, once all of it is
  /// here; null: nothing.
  default @Nullable JsonNode providerData(AnswerDraft draft) {
    return null;
  }
}
