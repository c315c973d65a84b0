package dev.artserver.wire.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Fact;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import java.io.IOException;
import java.util.Locale;

/// JSON of what an owner's feed gives a reader elsewhere: `{v, items: [{fact} | {text}]}`, and why
/// it ended.
public final class FeedJson {
  private FeedJson() {}

  /// The part in UTF-8.
  public static byte[] write(FeedPart part) {
    return Fields.bytes(part, FeedJson::part);
  }

  /// The part `bytes` hold. Facts of a newer release become `Unknown`. Fails with `TooNew` for a
  /// version or a kind of item that is not known, since a reader must miss nothing; with
  /// `IllegalArgumentException` when it is damaged.
  public static FeedPart read(byte[] bytes) {
    Members in = Members.of(bytes);
    Versions.check(in, null, "a part of a feed");
    return new FeedPart(in.objects("items", FeedJson::item));
  }

  /// The word for why a feed ended.
  public static String end(FeedEnd end) {
    return end.name().toLowerCase(Locale.ROOT);
  }

  /// The end `word` stands for. A word that is not known asks the reader to come back, as `MOVED`.
  public static FeedEnd end(String word) {
    for (FeedEnd end : FeedEnd.values()) {
      if (end(end).equals(word)) {
        return end;
      }
    }
    return FeedEnd.MOVED;
  }

  private static void part(Fields out, FeedPart part) throws IOException {
    Versions.write(out);
    out.objects("items", part.items(), FeedJson::item);
  }

  private static void item(Fields out, FeedPart.Item item) throws IOException {
    switch (item) {
      case FeedPart.FactItem(Fact fact) -> out.object("fact", fact, FactJson::writeStored);
      case FeedPart.TokenItem token -> out.object("text", token, FeedJson::text);
    }
  }

  private static FeedPart.Item item(Members in) {
    if (in.treeOrNull("fact") != null) {
      return new FeedPart.FactItem(in.object("fact", FactJson::readStored));
    }
    ObjectNode text = in.objectOrNull("text");
    if (text == null) {
      throw Versions.tooNew(null, "an item of a feed");
    }
    return text(new Members(text));
  }

  private static void text(Fields out, FeedPart.TokenItem token) throws IOException {
    out.text("runId", token.run().value());
    out.text("callId", token.callId());
    out.word("phase", token.phase());
    out.text("stepId", token.stepId());
    if (token.thinking()) {
      out.flag("thinking", true);
    }
    out.number("offset", token.offset());
    out.text("text", token.text());
  }

  private static FeedPart.TokenItem text(Members in) {
    return new FeedPart.TokenItem(
        new RunId(in.text("runId")),
        in.text("callId"),
        in.word(Phase.class, "phase"),
        in.textOrNull("stepId"),
        in.treeOrNull("thinking") != null && in.flag("thinking"),
        in.number("offset"),
        in.text("text"));
  }
}
