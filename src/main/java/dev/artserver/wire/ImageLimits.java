package dev.artserver.wire;

import static dev.artserver.model.Checks.require;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import java.net.URI;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Limits of the images in a message.
///
/// @param bytesMax bytes of one image, decoded, 1 to 14 MiB
/// @param messageBytesMax bytes of all images of a message, decoded, at least `bytesMax`
/// @param countMax images of a message, at least 0; 0: no images
public record ImageLimits(int bytesMax, int messageBytesMax, int countMax) {
  /// A JSON string may have 20 million characters, and base64 takes four for three bytes.
  private static final int BYTES_CEILING = 14 << 20;

  private static final int URL_LENGTH_MAX = 2_048;

  /// Every format is recognised by its first bytes, at most this many: 16 characters of base64.
  private static final int HEAD_CHARACTERS = 16;

  public ImageLimits {
    require(
        bytesMax >= 1 && bytesMax <= BYTES_CEILING,
        "images.bytesMax must be 1 to " + BYTES_CEILING + ", got " + bytesMax);
    require(
        messageBytesMax >= bytesMax,
        "images.messageBytesMax must be at least bytesMax "
            + bytesMax
            + ", got "
            + messageBytesMax);
    require(countMax >= 0, "images.countMax must be at least 0, got " + countMax);
  }

  /// Fails with `Invalid` when an image of `content` breaks a rule. `content` was checked against
  /// the API's contract. Only the first bytes of each image are decoded.
  ///
  /// @param pointer where `content` stands
  void check(JsonNode content, String pointer) {
    int count = 0;
    long bytes = 0;
    for (int i = 0; content.isArray() && i < content.size(); i++) {
      JsonNode part = content.get(i);
      if (part.path("type").asText().equals("image")) {
        count++;
        if (count > countMax) {
          throw refused(
              pointer, "must have at most " + countMax + " images", "the part at " + i + " too");
        }
        bytes += bytesOf(part, pointer + "/" + i);
        if (bytes > messageBytesMax) {
          throw refused(
              pointer,
              "must have images of at most " + messageBytesMax + " bytes together",
              bytes + "");
        }
      }
    }
  }

  private long bytesOf(JsonNode image, String pointer) {
    JsonNode url = image.get("url");
    JsonNode data = image.get("data");
    if ((url == null) == (data == null)) {
      throw refused(pointer, "must have either data or url", url == null ? "none" : "both");
    }
    if (data == null) {
      checkUrl(image.path("url").asText(), pointer + "/url");
      return 0;
    }
    String base64 = data.textValue();
    long bytes = decodedLength(base64);
    if (bytes < 0) {
      throw refused(pointer + "/data", "must be padded base64 without line breaks", base64);
    }
    if (bytes > bytesMax) {
      throw refused(pointer + "/data", "must have at most " + bytesMax + " bytes", bytes + "");
    }
    String mediaType = image.path("mediaType").asText();
    String found = mediaType(base64);
    if (!mediaType.equals(found)) {
      throw refused(
          pointer + "/mediaType",
          found == null
              ? "must be that of data, which begins like no image of a known type"
              : "must be that of data, which begins like " + found,
          mediaType);
    }
    return bytes;
  }

  private static void checkUrl(String url, String pointer) {
    if (url.length() > URL_LENGTH_MAX) {
      throw refused(pointer, "must have at most " + URL_LENGTH_MAX + " characters", url);
    }
    if (!isWeb(url)) {
      throw refused(pointer, "must be an address of http or https", url);
    }
  }

  private static boolean isWeb(String url) {
    try {
      URI uri = new URI(url);
      return uri.getHost() != null
          && ("http".equalsIgnoreCase(uri.getScheme())
              || "https".equalsIgnoreCase(uri.getScheme()));
    } catch (java.net.URISyntaxException e) {
      return false;
    }
  }

  /// How many bytes `base64` stands for; -1 when it is not base64.
  private static long decodedLength(String base64) {
    int length = base64.length();
    if (length == 0 || length % 4 != 0) {
      return -1;
    }
    int end = length;
    while (end > length - 2 && base64.charAt(end - 1) == '=') {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = base64.charAt(i);
      boolean known =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/';
      if (!known) {
        return -1;
      }
    }
    return length / 4L * 3 - (length - end);
  }

  /// The format the first bytes show; null when it is not known.
  private static @Nullable String mediaType(String base64) {
    byte[] head =
        Base64.getDecoder().decode(base64.substring(0, Math.min(HEAD_CHARACTERS, base64.length())));
    if (begins(head, 0, "\u0089PNG\r\n\u001a\n")) {
      return "image/png";
    }
    if (begins(head, 0, "\u00ff\u00d8\u00ff")) {
      return "image/jpeg";
    }
    if (begins(head, 0, "GIF87a") || begins(head, 0, "GIF89a")) {
      return "image/gif";
    }
    return begins(head, 0, "RIFF") && begins(head, 8, "WEBP") ? "image/webp" : null;
  }

  private static boolean begins(byte[] head, int at, String magic) {
    for (int i = 0; i < magic.length(); i++) {
      if (at + i >= head.length || (head[at + i] & 0xff) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static FailureException refused(String pointer, String rule, String value) {
    return new FailureException(Failure.invalid(pointer, rule, value));
  }
}
