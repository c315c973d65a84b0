package dev.artserver.provider.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import dev.artserver.model.WholeText;
import java.io.IOException;

/// Writes U+FFFD for half a character, which no encoding can write and services refuse as an
/// escape.
final class WholeTexts extends JsonGeneratorDelegate {
  WholeTexts(JsonGenerator out) {
    super(out, false);
  }

  @Override
  public void writeString(String text) throws IOException {
    delegate.writeString(WholeText.of(text));
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    delegate.writeFieldName(WholeText.of(name));
  }
}
