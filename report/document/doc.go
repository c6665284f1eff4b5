// Package document writes the flow section of a document such as RFC 6216: what the captures
// hold, as figures that paste into an Internet-Draft unchanged.
//
// A figure is the flow of a TLS or DTLS connection as ssldump lists it, a SIP message, or the tree
// of a CMS object. Messages stand in the order of the capture, the flow of a connection before the
// first of its messages, the trees behind the message that holds their objects. In the messages,
// lines that are too long are broken as RFC 4475, Section 2.1 does it:
//
//	<allOneLine>
//	Via: SIP/2.0/TLS 192.0.2.2:15001;
//	     branch=z9hG4bK-d8754z-c785a077a9a8451b-1---d8754z-;
//	     rport=50738
//	</allOneLine>
//
// and a box stands for a part that is no text, or base64 in lines too long for a document:
//
//	*****************
//	* BINARY BLOB 1 *
//	*****************
//
// Blobs are numbered through the section. No line is longer than 72 columns. The octets that the
// figures stand for are written to an archive, undamaged.
//
// A [Document] is put together behind the pipeline's ordered stage, not by the renderers before
// it: the first line of a flow has names that later records give, and the records of a flow go on
// behind the messages that they carry.
package document
