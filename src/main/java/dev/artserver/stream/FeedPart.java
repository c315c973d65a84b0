package dev.artserver.stream;

import dev.artserver.model.Fact;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Facts and text, in the order they happened.
public record FeedPart(List<Item> items) {
  public FeedPart {
    items = List.copyOf(items);
  }

  /// One fact, or some text of a call.
  public sealed interface Item {}

  /// A durable fact.
  public record FactItem(Fact fact) implements Item {}

  /// Some text of a model call.
  ///
  /// @param offset how many characters of the call's text of this kind come before it
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
