import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.*;

import org.apache.pdfbox.cos.*;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.pdmodel.*;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.interactive.annotation.*;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.*;
import org.apache.pdfbox.pdmodel.interactive.form.*;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.*;
import org.bouncycastle.asn1.ess.*;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.*;

/**
 * Signs and fills in PDFs with Apache PDFBox and Bouncy Castle, as PDFBox's own examples do.
 *
 * The only argument is a file of jobs, one a line, of fields with tabs between them:
 * {@code sign IN OUT PKCS12 [KEY=VALUE...]} or {@code fill IN OUT [FIELD=VALUE...]}.
 */
public class PdfBox {
    static final char[] PASSPHRASE = "rahasia".toCharArray();

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        for (String line : Files.readAllLines(Paths.get(arguments[0]))) {
            String[] job = line.split("\t");
            if (job[0].equals("sign")) {
                sign(job[1], job[2], job[3], options(job, 4));
            } else {
                fill(job[1], job[2], options(job, 3));
            }
        }
    }

    static Map<String, String> options(String[] job, int from) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String pair : Arrays.asList(job).subList(from, job.length)) {
            int at = pair.indexOf('=');
            found.put(pair.substring(0, at), pair.substring(at + 1));
        }
        return found;
    }

    // -- signing ----------------------------------------------------------------------------------

    static void sign(String in, String out, String keys, Map<String, String> how) throws Exception {
        byte[] original = Files.readAllBytes(Paths.get(in));
        try (PDDocument document = PDDocument.load(original, how.getOrDefault("password", ""));
                OutputStream target = new FileOutputStream(out)) {
            boolean cades = how.containsKey("cades");
            PDSignature signature = signature(document, how, cades);
            if (how.containsKey("certify")) {
                certify(document, signature, Integer.parseInt(how.get("certify")));
            }
            SignatureOptions options = new SignatureOptions();
            options.setPreferredSignatureSize(16384);
            if (how.containsKey("rect")) {
                options.setVisualSignature(look(document, how.get("rect")));
                options.setPage(Integer.parseInt(how.getOrDefault("page", "0")));
            }
            SignatureInterface maker = content -> cms(content, keys, how, cades);
            document.addSignature(signature, maker, options);
            document.saveIncremental(target);
        }
    }

    static PDSignature signature(PDDocument document, Map<String, String> how, boolean cades) {
        PDSignature signature = new PDSignature();
        signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
        signature.setSubFilter(
                cades ? COSName.getPDFName("ETSI.CAdES.detached") : PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
        signature.setName("Maria");
        signature.setReason("Uji");
        signature.setSignDate(new GregorianCalendar(2026, Calendar.NOVEMBER, 2));
        if (how.containsKey("field")) {
            PDAcroForm form = document.getDocumentCatalog().getAcroForm();
            form.getField(how.get("field")).getCOSObject().setItem(COSName.V, signature);
        }
        return signature;
    }

    /** DocMDP, ISO 32000-1, 12.8.2.2. */
    static void certify(PDDocument document, PDSignature signature, int level) {
        COSDictionary parameters = new COSDictionary();
        parameters.setItem(COSName.TYPE, COSName.getPDFName("TransformParams"));
        parameters.setInt(COSName.P, level);
        parameters.setName(COSName.V, "1.2");
        COSDictionary reference = new COSDictionary();
        reference.setItem(COSName.TYPE, COSName.getPDFName("SigRef"));
        reference.setItem("TransformMethod", COSName.DOCMDP);
        reference.setItem("DigestMethod", COSName.getPDFName("SHA256"));
        reference.setItem("TransformParams", parameters);
        COSArray references = new COSArray();
        references.add(reference);
        signature.getCOSObject().setItem("Reference", references);
        COSDictionary catalog = document.getDocumentCatalog().getCOSObject();
        COSDictionary permissions = new COSDictionary();
        permissions.setItem(COSName.DOCMDP, signature);
        catalog.setItem(COSName.PERMS, permissions);
        catalog.setNeedToBeUpdated(true);
        permissions.setNeedToBeUpdated(true);
        for (COSBase each : List.of(reference, parameters, references)) {
            each.setDirect(true);
        }
    }

    /** A template with the widget and its look, which PDFBox takes over. */
    static InputStream look(PDDocument document, String rect) throws IOException {
        String[] sides = rect.split(",");
        PDRectangle place = new PDRectangle(Float.parseFloat(sides[0]), Float.parseFloat(sides[1]),
                Float.parseFloat(sides[2]), Float.parseFloat(sides[3]));
        try (PDDocument template = new PDDocument()) {
            PDPage page = new PDPage(document.getPage(0).getMediaBox());
            template.addPage(page);
            PDAcroForm form = new PDAcroForm(template);
            template.getDocumentCatalog().setAcroForm(form);
            PDSignatureField field = new PDSignatureField(form);
            form.setSignaturesExist(true);
            form.setAppendOnly(true);
            form.getCOSObject().setDirect(true);
            form.getFields().add(field);
            PDAnnotationWidget widget = field.getWidgets().get(0);
            widget.setRectangle(place);
            PDAppearanceStream stream = new PDAppearanceStream(new PDStream(template).getCOSObject());
            PDResources resources = new PDResources();
            stream.setResources(resources);
            stream.setFormType(1);
            stream.setBBox(new PDRectangle(place.getWidth(), place.getHeight()));
            PDAppearanceDictionary appearance = new PDAppearanceDictionary();
            appearance.getCOSObject().setDirect(true);
            appearance.setNormalAppearance(stream);
            widget.setAppearance(appearance);
            try (PDPageContentStream content = new PDPageContentStream(template, stream)) {
                content.beginText();
                content.setFont(PDType1Font.HELVETICA_BOLD, 10);
                content.newLineAtOffset(10, 20);
                content.showText("Ditandatangani");
                content.endText();
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            template.save(out);
            return new ByteArrayInputStream(out.toByteArray());
        }
    }

    /** Bouncy Castle writes it in BER, of indefinite length, unless {@code der} is asked for. */
    static byte[] cms(InputStream content, String keys, Map<String, String> how, boolean cades)
            throws IOException {
        try (InputStream file = new FileInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(file, PASSPHRASE);
            String alias = store.aliases().nextElement();
            PrivateKey key = (PrivateKey) store.getKey(alias, PASSPHRASE);
            Certificate[] chain = store.getCertificateChain(alias);
            ContentSigner signer = new JcaContentSignerBuilder(how.get("algorithm")).build(key);
            JcaSignerInfoGeneratorBuilder builder = new JcaSignerInfoGeneratorBuilder(
                    new JcaDigestCalculatorProviderBuilder().build());
            if (cades) {
                builder.setSignedAttributeGenerator(naming(chain[0]));
            }
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(builder.build(signer, (X509Certificate) chain[0]));
            generator.addCertificates(new JcaCertStore(Arrays.asList(chain)));
            CMSSignedData signed =
                    generator.generate(new CMSProcessableByteArray(IOUtils.toByteArray(content)), false);
            return how.containsKey("der") ? signed.getEncoded(ASN1Encoding.DER) : signed.getEncoded();
        } catch (GeneralSecurityException | CMSException
                | org.bouncycastle.operator.OperatorCreationException error) {
            throw new IOException(error);
        }
    }

    /** RFC 5035: the signed attributes name the certificate; a PAdES signature has no signing-time. */
    static CMSAttributeTableGenerator naming(Certificate certificate) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        SigningCertificateV2 value = new SigningCertificateV2(new ESSCertIDv2[] {new ESSCertIDv2(hash)});
        Attribute attribute = new Attribute(
                PKCSObjectIdentifiers.id_aa_signingCertificateV2, new DERSet(value));
        CMSAttributeTableGenerator usual = new DefaultSignedAttributeTableGenerator(
                new AttributeTable(attribute));
        return parameters -> usual.getAttributes(parameters).remove(CMSAttributes.signingTime);
    }

    // -- filling in -------------------------------------------------------------------------------

    static void fill(String in, String out, Map<String, String> values) throws IOException {
        byte[] original = Files.readAllBytes(Paths.get(in));
        try (PDDocument document = PDDocument.load(original);
                OutputStream target = new FileOutputStream(out)) {
            PDDocumentCatalog catalog = document.getDocumentCatalog();
            PDAcroForm form = catalog.getAcroForm();
            catalog.getCOSObject().setNeedToBeUpdated(true);
            form.getCOSObject().setNeedToBeUpdated(true);
            for (Map.Entry<String, String> each : values.entrySet()) {
                PDField field = form.getField(each.getKey());
                field.setValue(each.getValue());
                for (PDField above = field; above != null; above = above.getParent()) {
                    above.getCOSObject().setNeedToBeUpdated(true);
                }
                for (PDAnnotationWidget widget : field.getWidgets()) {
                    widget.getCOSObject().setNeedToBeUpdated(true);
                    PDAppearanceDictionary look = widget.getAppearance();
                    if (look != null) {
                        look.getCOSObject().setNeedToBeUpdated(true);
                        COSBase normal = look.getCOSObject().getDictionaryObject(COSName.N);
                        if (normal instanceof COSUpdateInfo) {
                            ((COSUpdateInfo) normal).setNeedToBeUpdated(true);
                        }
                    }
                }
            }
            document.saveIncremental(target);
        }
    }
}
