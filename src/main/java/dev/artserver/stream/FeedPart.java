package dev.artserver.stream;

import dev.artserver.model.Fact;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some facts and tokens, in the order they happened.
public record FeedPart(List<Item> items) {
  public FeedPart {
    items = List.copyOf(items);
  }

  /// One thing that happened.
  public sealed interface Item {}

  /// A durable one.
  public record FactItem(Fact fact) implements Item {}

  /// Some text of a call under way.
  ///
  /// @param offset characters of that call's text of this kind before it
  public record TokenItem(
      RunId run,
      String callId,
      Phase phase,
      @Nullable String stepId,
      boolean thinking,
      long offset,
      String text)
      implements Item {}
}
