package dev.artserver.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a message that is more than text.
public sealed interface ContentPart {
  /// Text.
  record Text(String text) implements ContentPart {}

  /// An image.
  sealed interface Image extends ContentPart {}

  /// An image that came with the message. Its bytes stay the base64 they came as: every service
  /// takes base64, and this server does not look inside.
  ///
  /// @param mediaType such as `image/png`
  /// @param data base64 (RFC 4648, section 4), padded, without line breaks
  record InlineImage(String mediaType, String data) implements Image {}

  /// An image the model's service is to fetch; this server never does.
  ///
  /// @param mediaType null: the sender did not say
  record LinkedImage(String url, @Nullable String mediaType) implements Image {}

  /// The words among `parts`, a paragraph for each.
  static String text(List<ContentPart> parts) {
    List<String> texts = new ArrayList<>();
    for (ContentPart part : parts) {
      if (part instanceof Text(String text)) {
        texts.add(text);
      }
    }
    return texts.size() == 1 ? texts.getFirst() : String.join("\n\n", texts);
  }

  /// `text` with the images among `parts` behind it; empty when there are none, since then it is
  /// only text.
  static List<ContentPart> imagesWith(String text, List<ContentPart> parts) {
    List<ContentPart> next = new ArrayList<>();
    for (ContentPart part : parts) {
      if (part instanceof Image) {
        if (next.isEmpty() && !text.isEmpty()) {
          next.add(new Text(text));
        }
        next.add(part);
      }
    }
    return List.copyOf(next);
  }

  /// About how many bytes of memory `parts` take beside the message's text.
  static long weight(List<ContentPart> parts) {
    long bytes = 0;
    for (ContentPart part : parts) {
      bytes +=
          40
              + switch (part) {
                case Text(String text) -> text.length();
                case InlineImage(String ignored, String data) -> data.length();
                case LinkedImage(String url, String ignored) -> url.length();
              };
    }
    return bytes;
  }
}
