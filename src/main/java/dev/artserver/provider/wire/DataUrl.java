package dev.artserver.provider.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import dev.artserver.model.ContentPart;
import java.io.IOException;

/// An image as an address that holds it (RFC 2397). It goes into a request without a text of both
/// being made first, for images are large.
public record DataUrl(ContentPart.InlineImage image) implements JsonSerializable {
  /// Neither a media type nor base64 holds anything that JSON would escape.
  public void writeTo(JsonGenerator out) throws IOException {
    out.writeRawValue("\"data:");
    out.writeRaw(image.mediaType());
    out.writeRaw(";base64,");
    out.writeRaw(image.data());
    out.writeRaw('"');
  }

  @Override
  public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
    writeTo(out);
  }

  @Override
  public void serializeWithType(JsonGenerator out, SerializerProvider provider, TypeSerializer type)
      throws IOException {
    writeTo(out);
  }
}
