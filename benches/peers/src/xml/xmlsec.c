/* What the bench asks of libxmlsec1: to start, to read a key, and to verify a document under it, the
 * way its own manual does (examples/verify1.c): parse, register the identifiers, find the signature,
 * verify. Network access is off, as everywhere. */

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <xmlsec/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

int peer_start(void) {
    xmlInitParser();
    return xmlSecInit() < 0 || xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0;
}

void *peer_key(const unsigned char *spki, int length) {
    return xmlSecCryptoAppKeyLoadMemory(spki, length, xmlSecKeyDataFormatDer, NULL, NULL, NULL);
}

int peer_verifies(void *key, const unsigned char *text, int length) {
    static const xmlChar *const ids[] = {BAD_CAST "ID", NULL};
    int valid = 0;
    xmlDocPtr doc = xmlReadMemory((const char *)text, length, NULL, NULL, XML_PARSE_NONET);
    if (doc == NULL) return -1;
    xmlSecAddIDs(doc, xmlDocGetRootElement(doc), (const xmlChar **)ids);
    xmlNodePtr signature = xmlSecFindNode(xmlDocGetRootElement(doc), xmlSecNodeSignature, xmlSecDSigNs);
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
    if (signature != NULL && context != NULL) {
        context->signKey = xmlSecKeyDuplicate(key);
        valid = xmlSecDSigCtxVerify(context, signature) >= 0 && context->status == xmlSecDSigStatusSucceeded;
    }
    if (context != NULL) xmlSecDSigCtxDestroy(context);
    xmlFreeDoc(doc);
    return valid;
}
