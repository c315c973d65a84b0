package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.ContentPart.InlineImage;
import dev.artserver.model.ContentPart.LinkedImage;
import dev.artserver.model.ContentPart.Text;
import java.io.IOException;
import java.util.List;

/// JSON of a message's content: a string, or a list of `{type: text, text}`, `{type: image,
/// mediaType, data}` and `{type: image, url, mediaType?}`.
public final class ContentJson {
  private static final String TEXT = "text";
  private static final String IMAGE = "image";

  private ContentJson() {}

  /// @param parts empty: the content is `text` alone
  public record Content(String text, List<ContentPart> parts) {}

  public static void write(Fields out, String name, String text, List<ContentPart> parts)
      throws IOException {
    if (parts.isEmpty()) {
      out.text(name, text);
    } else {
      out.objects(name, parts, ContentJson::part);
    }
  }

  private static void part(Fields out, ContentPart part) throws IOException {
    switch (part) {
      case Text(String text) -> {
        out.text("type", TEXT);
        out.text("text", text);
      }
      case InlineImage(String mediaType, String data) -> {
        out.text("type", IMAGE);
        out.text("mediaType", mediaType);
        out.text("data", data);
      }
      case LinkedImage(String url, String mediaType) -> {
        out.text("type", IMAGE);
        out.text("url", url);
        out.text("mediaType", mediaType);
      }
    }
  }

  /// Reads a list of a single text as that text.
  public static Content read(Members in, String name) {
    JsonNode content = in.tree(name);
    if (!content.isArray()) {
      return new Content(in.text(name), List.of());
    }
    List<ContentPart> parts = in.objects(name, ContentJson::part);
    boolean plain = parts.size() == 1 && parts.getFirst() instanceof Text;
    return new Content(ContentPart.text(parts), plain ? List.of() : parts);
  }

  private static ContentPart part(Members in) {
    String type = in.text("type");
    return switch (type) {
      case TEXT -> new Text(in.text("text"));
      case IMAGE -> {
        String url = in.textOrNull("url");
        yield url == null
            ? new InlineImage(in.text("mediaType"), in.text("data"))
            : new LinkedImage(url, in.textOrNull("mediaType"));
      }
      default -> throw new IllegalArgumentException("unknown part '" + type + "'");
    };
  }
}
